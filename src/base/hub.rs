//! The hub: which sockets a person has open on this node, and how to wake them.
//!
//! A wake-up is only a hint. A woken socket reads its inbox after the last sequence it sent, so a
//! lost or doubled hint costs delay, never a message. Sockets are numbered, so that an old socket
//! that closes late never unregisters its successor.
//!
//! It also counts what other nodes made ring here, and by which way it came: that is how an operator
//! sees a bell between nodes that has gone dumb, for messages go on arriving without it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::ids::{AccountId, ConversationId, DeviceId};

const SHARDS: usize = 64;
/// At most so many unread typing hints wait for one socket; more are dropped.
const TYPING_HINTS: usize = 8;
/// At most so many wait to be shown by other nodes; more are dropped.
const TYPED: usize = 256;
/// At most so many sockets for one person on one node; the oldest gives way.
const SOCKETS_PER_ACCOUNT: usize = 16;

/// How what happened on another node became known on this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The other node rang.
    Bell,
    /// This node looked.
    Look,
}

/// Somebody is typing: who, and in which conversation.
pub type Typing = (ConversationId, AccountId);

/// What wakes one socket.
#[derive(Debug)]
pub struct Bell {
    number: u64,
    device: DeviceId,
    notify: Notify,
    typing: Mutex<Vec<Typing>>,
    gives_way: AtomicBool,
}

impl Bell {
    /// Waits until somebody rings; one ring while nobody waits is kept.
    pub async fn rung(&self) {
        self.notify.notified().await;
    }

    /// Takes the typing hints that came since the last call.
    #[must_use]
    pub fn take_typing(&self) -> Vec<Typing> {
        std::mem::take(&mut *self.typing.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether this person has opened too many sockets since, so that this one must close.
    #[must_use]
    pub fn gives_way(&self) -> bool {
        self.gives_way.load(Ordering::Relaxed)
    }
}

type Shard = Mutex<HashMap<AccountId, Vec<Arc<Bell>>>>;

/// All open sockets of this node. Cloned cheaply.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shards: Vec<Shard>,
    next: AtomicU64,
    open: AtomicUsize,
    closing: AtomicBool,
    /// What other nodes are to show of typing, and to whom.
    typed: Mutex<Vec<(AccountId, Typing)>>,
    bell_open: AtomicBool,
    rung_by_bell: AtomicU64,
    rung_by_look: AtomicU64,
}

/// A socket's place in the hub; leaving is dropping it.
#[derive(Debug)]
pub struct Registration {
    hub: Hub,
    account: AccountId,
    bell: Arc<Bell>,
}

impl Registration {
    /// The bell of this socket.
    #[must_use]
    pub fn bell(&self) -> &Bell {
        &self.bell
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut shard = self.hub.shard(self.account);
        if let Some(bells) = shard.get_mut(&self.account) {
            bells.retain(|bell| bell.number != self.bell.number);
            if bells.is_empty() {
                shard.remove(&self.account);
            }
        }
        self.hub.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    /// An empty hub.
    #[must_use]
    pub fn new() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self(Arc::new(Inner {
            shards,
            next: AtomicU64::new(1),
            open: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
            typed: Mutex::default(),
            bell_open: AtomicBool::new(false),
            rung_by_bell: AtomicU64::new(0),
            rung_by_look: AtomicU64::new(0),
        }))
    }

    /// Registers a socket of `account` on `device`.
    #[must_use]
    pub fn register(&self, account: AccountId, device: DeviceId) -> Registration {
        let bell = Arc::new(Bell {
            number: self.0.next.fetch_add(1, Ordering::Relaxed),
            device,
            notify: Notify::new(),
            typing: Mutex::default(),
            gives_way: AtomicBool::new(false),
        });
        let mut shard = self.shard(account);
        let bells = shard.entry(account).or_default();
        let staying = || bells.iter().filter(|bell| !bell.gives_way());
        if staying().count() >= SOCKETS_PER_ACCOUNT
            && let Some(oldest) = staying().next()
        {
            oldest.gives_way.store(true, Ordering::Relaxed);
            oldest.notify.notify_one();
        }
        bells.push(Arc::clone(&bell));
        drop(shard);
        self.0.open.fetch_add(1, Ordering::Relaxed);
        if self.is_closing() {
            // It came after all were told.
            bell.notify.notify_one();
        }
        Registration {
            hub: self.clone(),
            account,
            bell,
        }
    }

    /// Wakes every socket of `account` on this node.
    pub fn ring(&self, account: AccountId) {
        if let Some(bells) = self.shard(account).get(&account) {
            for bell in bells {
                bell.notify.notify_one();
            }
        }
    }

    /// Wakes every socket of `account` for another node, and counts it.
    pub fn ring_for_another_node(&self, account: AccountId, way: Way) {
        // Counted first: whoever has heard it finds it counted.
        self.count_of(way).fetch_add(1, Ordering::SeqCst);
        self.ring(account);
    }

    /// How often somebody was rung here for another node.
    #[must_use]
    pub fn rung_for_other_nodes(&self, way: Way) -> u64 {
        self.count_of(way).load(Ordering::SeqCst)
    }

    fn count_of(&self, way: Way) -> &AtomicU64 {
        match way {
            Way::Bell => &self.0.rung_by_bell,
            Way::Look => &self.0.rung_by_look,
        }
    }

    /// Notes whether the bell between nodes can be heard here.
    pub fn set_bell_open(&self, open: bool) {
        self.0.bell_open.store(open, Ordering::SeqCst);
    }

    /// Whether the bell between nodes can be heard here.
    #[must_use]
    pub fn is_bell_open(&self) -> bool {
        self.0.bell_open.load(Ordering::SeqCst)
    }

    /// Tells every socket to close because the service stops.
    pub fn close(&self) {
        self.0.closing.store(true, Ordering::SeqCst);
        self.ring_all();
    }

    /// Whether the service stops: sockets close with 1012, "service restart".
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.0.closing.load(Ordering::SeqCst)
    }

    /// Wakes every socket on this node: after a bell between nodes was lost.
    pub fn ring_all(&self) {
        for shard in &self.0.shards {
            for bell in shard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .values()
                .flatten()
            {
                bell.notify.notify_one();
            }
        }
    }

    /// Tells the sockets of `account` that somebody is typing, on other nodes too while they can be
    /// rung. Never stored, may be lost.
    pub fn typing(&self, account: AccountId, typing: Typing) {
        self.show_typing(account, typing);
        if self.is_bell_open() {
            let mut typed = self.lock_typed();
            let said = (account, typing);
            if typed.len() < TYPED && !typed.contains(&said) {
                typed.push(said);
            }
        }
    }

    /// Takes what other nodes are to show of typing since the last time.
    #[must_use]
    pub fn take_typed(&self) -> Vec<(AccountId, Typing)> {
        std::mem::take(&mut *self.lock_typed())
    }

    fn lock_typed(&self) -> std::sync::MutexGuard<'_, Vec<(AccountId, Typing)>> {
        self.0.typed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the sockets of `account` on this node that somebody is typing.
    pub fn show_typing(&self, account: AccountId, typing: Typing) {
        if let Some(bells) = self.shard(account).get(&account) {
            for bell in bells {
                let mut hints = bell.typing.lock().unwrap_or_else(PoisonError::into_inner);
                if hints.len() < TYPING_HINTS && !hints.contains(&typing) {
                    hints.push(typing);
                    bell.notify.notify_one();
                }
            }
        }
    }

    /// Everybody who has a socket open here, with the device of each socket.
    #[must_use]
    pub fn present(&self) -> Vec<(AccountId, DeviceId)> {
        let mut present = Vec::with_capacity(self.open_sockets());
        for shard in &self.0.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for (account, bells) in &*shard {
                present.extend(bells.iter().map(|bell| (*account, bell.device)));
            }
        }
        present
    }

    /// Whether `account` has a socket open here.
    #[must_use]
    pub fn is_present(&self, account: AccountId) -> bool {
        self.shard(account).contains_key(&account)
    }

    /// How many sockets are open on this node.
    #[must_use]
    pub fn open_sockets(&self) -> usize {
        self.0.open.load(Ordering::Relaxed)
    }

    fn shard(
        &self,
        account: AccountId,
    ) -> std::sync::MutexGuard<'_, HashMap<AccountId, Vec<Arc<Bell>>>> {
        let [.., last] = account.as_bytes();
        let index = usize::from(*last) % SHARDS;
        #[expect(
            clippy::indexing_slicing,
            reason = "the index is taken modulo the length"
        )]
        self.0.shards[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_close_of_an_old_socket_keeps_the_new_one() {
        let hub = Hub::new();
        let (account, device) = (AccountId::new(), DeviceId::new());
        let old = hub.register(account, device);
        let new = hub.register(account, device);

        drop(old);

        assert!(hub.is_present(account));
        assert_eq!(hub.open_sockets(), 1);
        drop(new);
        assert!(!hub.is_present(account));
    }
}
