//! Small numbers: what is said of few could be known again as somebody's, so nothing is.
//!
//! A cell behind which fewer than [`FEWEST`] stand is hidden. What is hidden must not be reckoned from a
//! total less the cells that are shown: where it could, the smallest cells shown are hidden too, and where
//! there are none, the total with everything it is split into. So of each hidden cell, whoever knows
//! these rules still has more than one number to choose from, and behind hidden cells together stand five at
//! least. Of one answer: whoever lays answers about different spans side by side may know more.

use std::collections::BTreeSet;

/// A cell of fewer is hidden.
pub const FEWEST: u32 = 5;

/// A number, and who stands behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// What is counted.
    pub(super) value: u32,
    /// The people, or families if they are fewer, it comes from: each by a number. Of several cells it is
    /// they who are counted and not what is counted of them, and once where they stand behind more than one.
    pub(super) behind: BTreeSet<u128>,
}

/// What is hidden of a total and of the cells it is split into, once or in several ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hidden {
    /// Whether the total is.
    pub(super) total: bool,
    /// Of each split, whether each cell is.
    pub(super) splits: Vec<Vec<bool>>,
}

/// Says what is hidden. The cells of each split are the total.
pub(super) fn suppress(total: &Cell, splits: &[Vec<Cell>]) -> Hidden {
    let hidden: Option<Vec<Vec<bool>>> = splits.iter().map(|cells| hide(cells)).collect();
    match hidden.filter(|_| !is_small(total)) {
        Some(splits) => Hidden {
            total: false,
            splits,
        },
        None => Hidden {
            total: true,
            splits: splits.iter().map(|cells| vec![true; cells.len()]).collect(),
        },
    }
}

fn is_small(cell: &Cell) -> bool {
    are_few(cell.behind.len())
}

fn are_few(many: usize) -> bool {
    u32::try_from(many).is_ok_and(|many| many < FEWEST)
}

/// Which cells of a split are hidden while its total is shown; none if the total must not be.
fn hide(cells: &[Cell]) -> Option<Vec<bool>> {
    let mut hidden: Vec<bool> = cells.iter().map(is_small).collect();
    let small: Vec<&Cell> = cells.iter().filter(|cell| is_small(cell)).collect();
    let together: BTreeSet<u128> = small
        .iter()
        .flat_map(|cell| cell.behind.iter().copied())
        .collect();
    // One alone, next to nothing, or as much as small ones can be: each could be known.
    let is_known = small.len() == 1
        || are_few(together.len())
        || small
            .iter()
            .all(|cell| cell.value.saturating_add(1) == FEWEST);
    if small.is_empty() || !is_known {
        return Some(hidden);
    }
    let shown = cells.iter().filter(|cell| !is_small(cell));
    let smallest = shown.map(|cell| cell.value).min()?;
    // All that are as small: which of them it was would tell something too.
    for (cell, is_hidden) in cells.iter().zip(&mut hidden) {
        *is_hidden |= cell.value == smallest;
    }
    Some(hidden)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// So many, of these people.
    fn cell(value: u32, behind: impl IntoIterator<Item = u128>) -> Cell {
        Cell {
            value,
            behind: behind.into_iter().collect(),
        }
    }

    /// Cells of one each of other people.
    fn cells(values: &[u32]) -> Vec<Cell> {
        let mut last = 0_u128;
        let next = |value: &u32| {
            let first = last;
            last += u128::from(*value);
            cell(*value, first..last)
        };
        values.iter().map(next).collect()
    }

    fn total(values: &[u32]) -> Cell {
        let value: u32 = values.iter().sum();
        cell(value, 0..u128::from(value))
    }

    /// What is published: the total and the cells, each only if it is shown.
    type Published = (Option<u32>, Vec<Option<u32>>);

    fn published(values: &[u32]) -> Published {
        let total = total(values);
        let hidden = suppress(&total, &[cells(values)]);
        let shown = values.iter().zip(&hidden.splits[0]);
        (
            (!hidden.total).then_some(total.value),
            shown.map(|(value, is)| (!is).then_some(*value)).collect(),
        )
    }

    /// Every way in which so many cells may hold nought to `most`.
    fn every(cells: u32, most: u32) -> impl Iterator<Item = Vec<u32>> {
        let base = most + 1;
        (0..base.pow(cells)).map(move |code| {
            let digit = |place: u32| code / base.pow(place) % base;
            (0..cells).map(digit).collect()
        })
    }

    #[test]
    fn whoever_knows_the_rules_cannot_reckon_a_hidden_cell() {
        for (count, most) in [(1, 40), (2, 24), (3, 16), (4, 10)] {
            let mut could_be: BTreeMap<Published, Vec<BTreeSet<u32>>> = BTreeMap::new();
            for values in every(count, most) {
                let possible = could_be.entry(published(&values)).or_default();
                possible.resize(values.len(), BTreeSet::new());
                for (place, value) in values.iter().enumerate() {
                    possible[place].insert(*value);
                }
            }
            for ((total, shown), possible) in could_be {
                for (place, cell) in shown.iter().enumerate() {
                    let more_than_one = cell.is_some() || possible[place].len() > 1;
                    assert!(more_than_one, "{total:?} {shown:?}: cell {place} is known");
                }
            }
        }
    }

    #[test]
    fn what_is_shown_is_shown_where_it_can_be() {
        assert_eq!(published(&[9, 12]), (Some(21), vec![Some(9), Some(12)]));
        assert_eq!(
            published(&[3, 4, 12]),
            (Some(19), vec![None, None, Some(12)])
        );
        assert_eq!(
            published(&[3, 8, 12]),
            (Some(23), vec![None, None, Some(12)])
        );
        assert_eq!(published(&[0, 0, 12]), (Some(12), vec![None, None, None]));
        assert_eq!(published(&[4, 4, 4]), (None, vec![None, None, None]));
    }

    #[test]
    fn many_of_few_people_are_hidden() {
        let of_two = cell(40, 0..2);
        let of_many = cell(30, 2..14);
        let of_more = cell(31, 14..27);
        let all = cell(101, 0..27);

        let hidden = suppress(&all, &[vec![of_two.clone(), of_many, of_more]]);

        assert_eq!(hidden.splits, [[true, true, false]]);
        assert!(suppress(&of_two, &[vec![of_two.clone()]]).total);
    }

    #[test]
    fn few_who_stand_behind_several_hidden_cells_are_few_all_the_same() {
        let many = cell(12, 100..112);
        let of_two_families = [cell(6, 0..1), cell(3, 1..2), many.clone()];
        let the_same_three = [cell(3, 0..3), cell(3, 0..3), many.clone()];
        let three_and_three = [cell(3, 0..3), cell(3, 3..6), many];

        for few in [of_two_families, the_same_three] {
            let hidden = suppress(&cell(21, 0..20), &[few.to_vec()]);
            assert_eq!(hidden.splits, [[true, true, true]]);
        }
        let hidden = suppress(&cell(18, 0..20), &[three_and_three.to_vec()]);
        assert_eq!(hidden.splits, [[true, true, false]]);
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left_alone_or_small_together(
            one in proptest::collection::vec(0_u32..30, 1..10),
            cuts in proptest::collection::vec(0_usize..10, 0..6),
        ) {
            // The same total, split in two ways.
            let mut other = one.clone();
            for cut in cuts {
                let cut = cut % other.len();
                let half = other[cut] / 2;
                other[cut] -= half;
                other.push(half);
            }
            let splits = [one, other];

            let hidden = suppress(&total(&splits[0]), &splits.clone().map(|one| cells(&one)));

            prop_assert!(hidden.total || total(&splits[0]).value >= FEWEST);
            for (values, hides) in splits.iter().zip(&hidden.splits) {
                prop_assert!(values.iter().zip(hides).all(|(value, is)| *is || *value >= FEWEST));
                let gone: Vec<u32> = values
                    .iter()
                    .zip(hides)
                    .filter(|(_, is)| **is)
                    .map(|(value, _)| *value)
                    .collect();
                if hidden.total {
                    prop_assert_eq!(gone.len(), values.len());
                } else {
                    prop_assert!(gone.len() != 1);
                    prop_assert!(gone.is_empty() || gone.iter().sum::<u32>() >= FEWEST);
                }
            }
        }
    }
}
