//! Pages of a list: one item more than asked for is fetched, to know whether there are more.

/// Cuts a list to `limit` items and says where the next page begins, if there is one.
pub(super) fn cut<T>(
    mut items: Vec<T>,
    limit: i64,
    cursor: impl FnOnce(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(cursor);
    (items, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_begins_after_the_last_item_shown() {
        let cursor = |last: &i32| last.to_string();

        assert_eq!(
            cut(vec![1, 2, 3], 2, cursor),
            (vec![1, 2], Some("2".to_owned()))
        );
        assert_eq!(cut(vec![1, 2], 2, cursor), (vec![1, 2], None));
        assert_eq!(cut(Vec::<i32>::new(), 2, cursor), (vec![], None));
    }
}
