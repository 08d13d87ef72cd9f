//! Turns: how much one person may do at the same time, so that one phone gone mad, or one stolen
//! token, never takes the database's few readers from everybody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ids::AccountId;

/// So many readings of one person are answered at once; a page of the app asks for as many.
const AT_ONCE: usize = 3;
/// So many more wait; above that they are told to come back.
const MOST_WAITING: usize = 64;

/// Who is being answered just now. Holds only people who ask at this moment.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<Mutex<HashMap<AccountId, Queue>>>);

#[derive(Debug)]
struct Queue {
    permits: Arc<Semaphore>,
    people: usize,
}

/// Somebody's turn, to its end.
#[derive(Debug)]
pub struct Turn {
    _place: Place,
    _permit: OwnedSemaphorePermit,
}

/// A place among those of one person; given up when dropped, whatever became of it.
#[derive(Debug)]
struct Place {
    turns: Turns,
    whose: AccountId,
}

/// Too many of one person's wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too much at once")]
pub struct TooMuch;

impl Turns {
    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, whose: AccountId) -> Result<(Place, Arc<Semaphore>), TooMuch> {
        let mut all = self.lock();
        let queue = all.entry(whose).or_insert_with(|| Queue {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            people: 0,
        });
        if queue.people >= AT_ONCE.saturating_add(MOST_WAITING) {
            return Err(TooMuch);
        }
        queue.people = queue.people.saturating_add(1);
        let place = Place {
            turns: self.clone(),
            whose,
        };
        Ok((place, Arc::clone(&queue.permits)))
    }

    /// Waits until it is this person's turn again.
    ///
    /// # Errors
    /// If too many of theirs wait already.
    pub async fn take(&self, whose: AccountId) -> Result<Turn, TooMuch> {
        let (place, permits) = self.enter(whose)?;
        let permit = permits.acquire_owned().await.map_err(|_closed| TooMuch)?;
        Ok(Turn {
            _place: place,
            _permit: permit,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.turns.lock();
        if let Some(queue) = all.get_mut(&self.whose) {
            queue.people = queue.people.saturating_sub(1);
            if queue.people == 0 {
                all.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_person_waits_for_themselves_and_nobody_else_for_them() {
        let turns = Turns::default();
        let (busy, other) = (AccountId::new(), AccountId::new());
        let mut held = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(turns.take(busy).await.unwrap());
        }

        let mut next = Box::pin(turns.take(busy));
        assert!(futures_util::poll!(&mut next).is_pending());
        assert!(futures_util::poll!(Box::pin(turns.take(other))).is_ready());
        held.pop();
        assert!(futures_util::poll!(&mut next).is_ready());
    }

    #[tokio::test]
    async fn too_many_are_told_so_and_whoever_gives_up_makes_room() {
        let turns = Turns::default();
        let busy = AccountId::new();
        let mut held = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(turns.take(busy).await.unwrap());
        }
        let mut waiting = Vec::new();
        for _ in 0..MOST_WAITING {
            let mut one = Box::pin(turns.take(busy));
            assert!(futures_util::poll!(&mut one).is_pending());
            waiting.push(one);
        }

        assert_eq!(turns.take(busy).await.err(), Some(TooMuch));
        waiting.pop();
        assert!(futures_util::poll!(Box::pin(turns.take(busy))).is_pending());
        drop((waiting, held));
        assert!(turns.lock().is_empty());
    }
}
