-- What holds of a contact plan is kept: what was confirmed last, less whatever was forbidden since. It was
-- reckoned from what was told last, so that telling another took back what was forbidden. It begins as
-- what held until now: what was told, and no more than was confirmed, or than the most protective plan
-- allows. Whoever confirmed an older plan than the one told last confirmed version 0.
alter table contact_plans add column in_force text not null default '';
alter table contact_plans add column confirmed_version int check (confirmed_version between 0 and version);
update contact_plans plan set
  in_force = jsonb_build_object(
    'windows', coalesce((
      select jsonb_agg(jsonb_build_object(
        'day', told ->> 'day',
        'from', greatest((told ->> 'from')::int, (known ->> 'from')::int),
        'to', least((told ->> 'to')::int, (known ->> 'to')::int)))
      from jsonb_array_elements(plan.windows::jsonb) told join jsonb_array_elements(terms -> 'windows') known
        on told ->> 'day' = known ->> 'day'
      where greatest((told ->> 'from')::int, (known ->> 'from')::int)
        < least((told ->> 'to')::int, (known ->> 'to')::int)), '[]'),
    'ok_message', ok_message and (terms ->> 'ok_message')::boolean,
    'ok_call', ok_call and (terms ->> 'ok_call')::boolean,
    'ok_voicemail', ok_voicemail and (terms ->> 'ok_voicemail')::boolean,
    'shared_phone', shared_phone or (terms ->> 'shared_phone')::boolean)::text,
  confirmed_version = case
    when confirmed_at is null then null
    when windows::jsonb = terms -> 'windows'
      and ok_message = (terms ->> 'ok_message')::boolean
      and ok_call = (terms ->> 'ok_call')::boolean
      and ok_voicemail = (terms ->> 'ok_voicemail')::boolean
      and shared_phone = (terms ->> 'shared_phone')::boolean then version
    else 0
  end
from (
  select family_member_id as whose, coalesce(confirmed, '{"windows":[
    {"day":"monday","from":480,"to":1260},
    {"day":"tuesday","from":480,"to":1260},
    {"day":"wednesday","from":480,"to":1260},
    {"day":"thursday","from":480,"to":1260},
    {"day":"friday","from":480,"to":1260},
    {"day":"saturday","from":480,"to":1260},
    {"day":"sunday","from":480,"to":1260}],
    "ok_message":true,"ok_call":false,"ok_voicemail":false,"shared_phone":true}')::jsonb as terms
  from contact_plans
) former
where family_member_id = whose;
alter table contact_plans drop column confirmed;
