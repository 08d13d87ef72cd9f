//! Questions about jobs.

use diesel::dsl::min;
use diesel::prelude::*;

use super::{Job, Kind};
use crate::base::ids::{AuthorityId, LexiconVersionId};
use crate::base::time::Moment;
use crate::db::schema::{lexicon_jobs, lexicon_versions};
use crate::db::{Answer, Conn, Error};

type Row = (
    LexiconVersionId,
    Kind,
    AuthorityId,
    (Moment, Moment),
    (Option<i64>, i64, i32),
    String,
    Option<Moment>,
);

macro_rules! columns {
    () => {
        (
            lexicon_jobs::version_id,
            lexicon_jobs::kind,
            lexicon_jobs::authority_id,
            (lexicon_jobs::from_at, lexicon_jobs::before_at),
            (
                lexicon_jobs::total,
                lexicon_jobs::looked,
                lexicon_jobs::one_in,
            ),
            lexicon_jobs::found,
            lexicon_jobs::due_at,
        )
    };
}

fn opened(row: Row) -> Job {
    let (
        version_id,
        kind,
        authority_id,
        (from_at, before_at),
        (total, looked, one_in),
        found,
        due_at,
    ) = row;
    Job {
        version_id,
        kind,
        authority_id,
        from_at,
        before_at,
        total,
        looked,
        one_in,
        found: serde_json::from_str(&found).unwrap_or_default(),
        due_at,
    }
}

fn written(job: &Job) -> Answer<String> {
    serde_json::to_string(&job.found).map_err(|_unwritable| Error::Corrupt("counts are no JSON"))
}

pub(super) fn insert(conn: &mut Conn, job: &Job) -> Answer<()> {
    diesel::insert_into(lexicon_jobs::table)
        .values((
            lexicon_jobs::version_id.eq(job.version_id),
            lexicon_jobs::kind.eq(job.kind),
            lexicon_jobs::authority_id.eq(job.authority_id),
            lexicon_jobs::from_at.eq(job.from_at),
            lexicon_jobs::before_at.eq(job.before_at),
            lexicon_jobs::total.eq(job.total),
            lexicon_jobs::looked.eq(job.looked),
            lexicon_jobs::one_in.eq(job.one_in),
            lexicon_jobs::found.eq(written(job)?),
            lexicon_jobs::due_at.eq(job.due_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn job(conn: &mut Conn, version: LexiconVersionId, kind: Kind) -> Answer<Option<Job>> {
    let row: Option<Row> = lexicon_jobs::table
        .find((version, kind))
        .select(columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(opened))
}

/// The job that has waited longest.
pub(super) fn due(conn: &mut Conn, now: Moment) -> Answer<Option<Job>> {
    let row: Option<Row> = lexicon_jobs::table
        .filter(lexicon_jobs::due_at.le(now))
        .order(lexicon_jobs::due_at)
        .select(columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(opened))
}

pub(super) fn next_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(lexicon_jobs::table
        .filter(lexicon_jobs::due_at.is_not_null())
        .select(min(lexicon_jobs::due_at))
        .first(conn)?)
}

/// Puts a job's portion off until `until`, if nobody else has taken it.
pub(super) fn lease(conn: &mut Conn, job: &Job, until: Moment) -> Answer<bool> {
    let rows = diesel::update(lexicon_jobs::table.find((job.version_id, job.kind)))
        .filter(lexicon_jobs::due_at.eq(job.due_at))
        .set(lexicon_jobs::due_at.eq(Some(until)))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Moves a job on, if it stands where it was seen to stand and was not ended.
pub(super) fn move_on(conn: &mut Conn, before: Moment, next: &Job) -> Answer<()> {
    diesel::update(lexicon_jobs::table.find((next.version_id, next.kind)))
        .filter(lexicon_jobs::before_at.eq(before))
        .filter(lexicon_jobs::due_at.is_not_null())
        .set((
            lexicon_jobs::before_at.eq(next.before_at),
            lexicon_jobs::total.eq(next.total),
            lexicon_jobs::looked.eq(next.looked),
            lexicon_jobs::one_in.eq(next.one_in),
            lexicon_jobs::found.eq(written(next)?),
            lexicon_jobs::due_at.eq(next.due_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn end(conn: &mut Conn, version: LexiconVersionId, kind: Kind) -> Answer<()> {
    diesel::update(lexicon_jobs::table.find((version, kind)))
        .set(lexicon_jobs::due_at.eq(None::<Moment>))
        .execute(conn)?;
    Ok(())
}

/// The number of a version that was published.
pub(super) fn number(conn: &mut Conn, version: LexiconVersionId) -> Answer<Option<i32>> {
    Ok(lexicon_versions::table
        .find(version)
        .select(lexicon_versions::number)
        .first::<Option<i32>>(conn)
        .optional()?
        .flatten())
}
