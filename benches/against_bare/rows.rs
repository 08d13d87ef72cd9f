//! Rows put straight into a database, as SQL that both understand but for a few words.

use daybook::db::Address;

/// How one of the two databases wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    pub(crate) is_sqlite: bool,
}

impl Rows {
    pub(crate) const fn of(address: &Address) -> Self {
        Self {
            is_sqlite: matches!(address, Address::Sqlite(_)),
        }
    }

    /// An id made of a number.
    pub(crate) fn id(self, number: &str) -> String {
        if self.is_sqlite {
            format!("unhex(printf('%032x', {number}))")
        } else {
            format!("decode(lpad(to_hex(({number})::bigint), 32, '0'), 'hex')")
        }
    }

    /// Rows for each `n` after one number up to another.
    pub(crate) fn each(self, table: &str, (after, upto): (usize, usize), row: &str) -> String {
        let from = after.saturating_add(1);
        if self.is_sqlite {
            format!(
                "with recursive k(n) as (values ({from}) union all select n + 1 from k where n < {upto}) \
                 insert into {table} select {row} from k;\n"
            )
        } else {
            format!("insert into {table} select {row} from generate_series({from}, {upto}) k(n);\n")
        }
    }
}
