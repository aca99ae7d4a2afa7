// A page whose time is over asks for itself again; without a script its head says so.
const { seconds } = document.getElementById("again").dataset;
setTimeout(() => location.reload(), Number(seconds) * 1000);
