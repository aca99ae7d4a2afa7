-- What the required duties of a programme come to for each unit's own members at the end of a day, as
-- known at an instant: straight from the facts, by SQLite alone, sharing nothing with the product.
-- Named values: programme, line, day (civil), until (its end, UTC), known (UTC).
WITH RECURSIVE
stage AS (
  SELECT s.id, date(s.last_day) || ' 16:00:00.000000' AS ends_at
  FROM stages s
  WHERE s.revision_id = (
    SELECT r.id FROM programme_revisions r
    WHERE r.programme_id = :programme AND r.state = 'published' AND r.published_at <= :known
    ORDER BY r.number DESC LIMIT 1)
),
asked AS (
  SELECT q.id, q.item_id, q.plan_day, q.due_at, i.kind, stage.ends_at
  FROM stage JOIN requirements q ON q.stage_id = stage.id JOIN items i ON i.id = q.item_id
  WHERE q.required
),
posts AS (
  SELECT m.* FROM memberships m
  WHERE m.line_id = :line AND m.counts AND m.recorded_at <= :known AND NOT EXISTS (
    SELECT 1 FROM memberships n WHERE n.supersedes_id = m.id AND n.recorded_at <= :known)
),
-- Since when the line counts somebody without a gap: back along the posts that follow one another.
served AS (
  SELECT person_id, unit_id, valid_from AS since FROM posts
  WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
  UNION
  SELECT served.person_id, served.unit_id, posts.valid_from
  FROM served JOIN posts ON posts.person_id = served.person_id
    AND posts.valid_to = served.since AND posts.valid_from < served.since
),
members AS (
  SELECT person_id, unit_id, min(since) AS since,
    date(min(since), '-1 day') || ' 16:00:00.000000' AS joined_at
  FROM served GROUP BY person_id, unit_id
),
-- The ends of study weeks that are left to somebody who joined, none nearer than three days.
weeks AS (
  SELECT DISTINCT since, joined_at, since AS day FROM members
  UNION ALL
  SELECT since, joined_at, date(day, '+7 days') FROM weeks, stage
  WHERE date(day, 'weekday 0') || ' 16:00:00.000000' < stage.ends_at
),
ends AS (
  SELECT since, at, row_number() OVER (PARTITION BY since ORDER BY at) - 1 AS n,
    count(*) OVER (PARTITION BY since) AS total
  FROM (
    SELECT since, joined_at, date(day, 'weekday 0') || ' 16:00:00.000000' AS at FROM weeks
    UNION SELECT since, joined_at, ends_at FROM members, stage), stage
  WHERE at = stage.ends_at OR (at < stage.ends_at AND julianday(at) - julianday(joined_at) >= 3)
),
missed AS (
  SELECT m.person_id, a.id, row_number() OVER (PARTITION BY m.person_id ORDER BY a.plan_day, a.id) - 1 AS n,
    count(*) OVER (PARTITION BY m.person_id) AS total
  FROM members m JOIN asked a ON a.plan_day < m.since
  WHERE a.kind <> 'exam' AND a.ends_at > m.joined_at
),
planned AS (
  SELECT m.person_id, m.unit_id, a.item_id,
    CASE WHEN a.plan_day >= m.since THEN a.due_at
         WHEN a.kind = 'exam' THEN CASE WHEN a.due_at > m.joined_at THEN a.due_at END
         ELSE max(a.due_at, ends.at) END AS due_at
  FROM members m CROSS JOIN asked a
  LEFT JOIN missed ON missed.person_id = m.person_id AND missed.id = a.id
  LEFT JOIN ends ON ends.since = m.since AND ends.n = missed.n * ends.total / missed.total
),
away AS (
  SELECT a.* FROM absences a
  WHERE NOT a.cancelled AND a.effect <> 'none' AND a.recorded_at <= :known AND NOT EXISTS (
    SELECT 1 FROM absences b WHERE b.supersedes_id = a.id AND b.recorded_at <= :known)
),
owing AS (
  SELECT p.person_id, p.unit_id, p.item_id,
    CASE away.effect WHEN 'excuses' THEN NULL
      WHEN 'defers' THEN date(away.last_day, '+7 days', 'weekday 0') || ' 16:00:00.000000'
      ELSE p.due_at END AS due_at
  FROM planned p
  LEFT JOIN away ON away.person_id = p.person_id
    AND date(p.due_at, '+8 hours', '-1 second') BETWEEN away.first_day AND away.last_day
),
done AS (
  SELECT DISTINCT c.person_id, c.item_id FROM completions c
  WHERE c.occurred_at <= :until AND c.recorded_at <= :known AND NOT EXISTS (
    SELECT 1 FROM withdrawals w WHERE w.completion_id = c.id
      AND w.occurred_at <= :until AND w.recorded_at <= :known)
),
each_duty AS (
  SELECT owing.person_id, owing.unit_id, done.item_id IS NOT NULL AS met,
    owing.due_at IS NULL AND done.item_id IS NULL AS excused,
    coalesce(owing.due_at <= :until, done.item_id IS NOT NULL) AS is_due
  FROM owing LEFT JOIN done ON done.person_id = owing.person_id AND done.item_id = owing.item_id
),
each_person AS (
  SELECT person_id, unit_id, sum(NOT excused) AS owed, sum(met) AS done, sum(excused) AS excused,
    sum(is_due AND NOT excused) AS due, sum(is_due AND met) AS due_done
  FROM each_duty GROUP BY person_id, unit_id
)
SELECT unit_id, count(*), sum(owed), sum(done), sum(excused), sum(due), sum(due_done),
  sum(2 * done < owed), sum(due_done < due)
FROM each_person GROUP BY unit_id
