-- Whoever does not own these tables sees of them what the transaction says: all (throughline.sees), or the reviews of some
-- people (throughline.people) and some others (throughline.reviews), and those of which somebody (throughline.reviewer) is
-- the reviewer on a day (throughline.today). What it does not say, it does not see. Settings are looked at once in a query, not once in a row.

drop policy if exists shown on reviews;
alter table reviews enable row level security;
create policy shown on reviews for select using (
    (select current_setting('throughline.sees', true) = 'all')
    or person_id in (select unnest(nullif(current_setting('throughline.people', true), '')::uuid[]))
    or id in (select unnest(nullif(current_setting('throughline.reviews', true), '')::uuid[]))
    or (recorded_to = 'infinity'
        and valid_from <= (select nullif(current_setting('throughline.today', true), '')::date)
        and valid_to > (select nullif(current_setting('throughline.today', true), '')::date)
        and reviewer_id = (select nullif(current_setting('throughline.reviewer', true), '')::uuid)));

-- Of a review that was not shared yet, the person reviewed sees how it was opened and what they said themselves, even if
-- all reviews are theirs to see.
drop policy if exists shown on steps;
alter table steps enable row level security;
create policy shown on steps for select using (
    (select current_setting('throughline.sees', true) = 'all' and coalesce(current_setting('throughline.person', true), '') = '')
    or exists (
        select from reviews r
         where r.id = review_id
           and (topic in ('review.opened', 'review.self_assessed')
                or r.person_id is distinct from (select nullif(current_setting('throughline.person', true), '')::uuid)
                or (r.recorded_to = 'infinity' and r.shared_on is not null))));
