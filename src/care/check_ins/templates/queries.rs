//! Questions about templates.

use diesel::dsl::max;
use diesel::prelude::*;

use super::{Question, Template};
use crate::base::ids::{AccountId, AuthorityId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::db::schema::check_in_templates as templates;
use crate::db::{Answer, Conn, Error};

type Row = (String, i32, String, AccountId, Moment);

fn read((language, version, questions, by, at): Row) -> Answer<Template> {
    let questions: Vec<(Question, String)> = serde_json::from_str(&questions)
        .map_err(|_not_questions| Error::Corrupt("a template has no questions"))?;
    Ok(Template {
        language,
        version,
        questions,
        made: Some((by, at)),
    })
}

/// The newest of an authority in each language.
pub(super) fn newest(conn: &mut Conn, authority: AuthorityId) -> Answer<Vec<Template>> {
    let newest: Vec<(String, Option<i32>)> = templates::table
        .filter(templates::authority_id.eq(authority))
        .group_by(templates::language)
        .select((templates::language, max(templates::version)))
        .load(conn)?;
    let mut found = Vec::with_capacity(newest.len());
    for (language, version) in newest {
        let row: Row = templates::table
            .find((authority, language, version.unwrap_or(0)))
            .select((
                templates::language,
                templates::version,
                templates::questions,
                templates::made_by,
                templates::made_at,
            ))
            .first(conn)?;
        found.push(read(row)?);
    }
    Ok(found)
}

pub(super) fn last_version(
    conn: &mut Conn,
    (authority, language): (AuthorityId, &str),
) -> Answer<Option<i32>> {
    Ok(templates::table
        .filter(templates::authority_id.eq(authority))
        .filter(templates::language.eq(language))
        .select(max(templates::version))
        .first(conn)?)
}

pub(super) fn insert(
    conn: &mut Conn,
    caller: &Caller,
    (new, now): (&Template, Moment),
) -> Answer<()> {
    let questions = serde_json::to_string(&new.questions)
        .map_err(|_not_json| Error::Corrupt("questions cannot be written"))?;
    diesel::insert_into(templates::table)
        .values((
            templates::authority_id.eq(caller.authority_id),
            templates::language.eq(&new.language),
            templates::version.eq(new.version),
            templates::questions.eq(questions),
            templates::made_by.eq(caller.account_id),
            templates::made_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
