// While another request does the action: asks whether it is done, and then goes where it led.

async function look() {
  try {
    const reply = await fetch(location.href, { redirect: "manual", credentials: "same-origin" });
    if (reply.type === "opaqueredirect" || reply.status === 404) {
      location.reload();
      return;
    }
  } catch {
    // The network was away for a moment: the next look may find it again.
  }
  setTimeout(look, 1500);
}

setTimeout(look, 1500);
