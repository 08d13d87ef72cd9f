-- What holds of a contact plan is kept: what was confirmed last, less whatever was forbidden since. It was
-- reckoned from what was told last, so that telling another took back what was forbidden. It begins as
-- what held until now: what was told, and no more than was confirmed, or than the most protective plan
-- allows. Whoever confirmed an older plan than the one told last confirmed version 0.
alter table contact_plans add column in_force text not null default '';
alter table contact_plans add column confirmed_version int check (confirmed_version between 0 and version);
update contact_plans set
  in_force = json_object(
    'windows', json((
      select json_group_array(json_object(
        'day', json_extract(told.value, '$.day'),
        'from', max(json_extract(told.value, '$.from'), json_extract(known.value, '$.from')),
        'to', min(json_extract(told.value, '$.to'), json_extract(known.value, '$.to'))))
      from json_each(windows) told join json_each(terms, '$.windows') known
        on json_extract(told.value, '$.day') = json_extract(known.value, '$.day')
      where max(json_extract(told.value, '$.from'), json_extract(known.value, '$.from'))
        < min(json_extract(told.value, '$.to'), json_extract(known.value, '$.to')))),
    'ok_message', json(iif(ok_message and json_extract(terms, '$.ok_message'), 'true', 'false')),
    'ok_call', json(iif(ok_call and json_extract(terms, '$.ok_call'), 'true', 'false')),
    'ok_voicemail', json(iif(ok_voicemail and json_extract(terms, '$.ok_voicemail'), 'true', 'false')),
    'shared_phone', json(iif(shared_phone or json_extract(terms, '$.shared_phone'), 'true', 'false'))),
  confirmed_version = case
    when confirmed_at is null then null
    when json(windows) = json_extract(terms, '$.windows')
      and ok_message = json_extract(terms, '$.ok_message')
      and ok_call = json_extract(terms, '$.ok_call')
      and ok_voicemail = json_extract(terms, '$.ok_voicemail')
      and shared_phone = json_extract(terms, '$.shared_phone') then version
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
    "ok_message":true,"ok_call":false,"ok_voicemail":false,"shared_phone":true}') as terms
  from contact_plans
)
where family_member_id = whose;
alter table contact_plans drop column confirmed;
