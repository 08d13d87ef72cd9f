//! The load: pairs of people in a closed loop. One writes, waits until the message is acknowledged and
//! has arrived at the other's live socket, and writes the next.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use daybook::base::ids::MessageId;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::client::{Phone, Socket, contains};
use super::figures::figure;
use super::people::Line;
use super::systems::System;

/// Texts of 120 bytes each, as people write them; nothing in them worries anybody.
pub(crate) const TEXTS: [&str; 6] = [
    "Hi Asha, school went a bit better today. We did painting with Mrs Hill and mine is on the wall. Can we talk on Thursday?",
    "Thank you for the tip about the bus pass, it came today. Mum says hello and that she will bring you the form on Tuesday.",
    "Football training is on Saturday again and they asked if I can be in goal! I am nervous, but also really happy about it.",
    "We tried that breakfast plan for a week and it went fine on four days of five. On Friday we all overslept, even our cat.",
    "Sorry for answering late, the phone was with Nan for the weekend. She has a new garden bench and we planted broad beans.",
    "Could you ask at the library whether the homework club still runs on Tuesdays? I would like to go there with my cousins.",
];
/// What is sent before this has passed is not counted.
const WARM_UP: Duration = Duration::from_millis(700);

/// What one window gave.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// Messages that were sent and arrived, warming up included.
    pub(crate) sent: usize,
    pub(crate) per_second: f64,
    /// Time from sending to the acknowledgement, sorted.
    pub(crate) acknowledged: Vec<Duration>,
    /// Time from sending to the arrival at the other's socket, sorted.
    pub(crate) received: Vec<Duration>,
    /// Processor seconds of the server for ten thousand messages.
    pub(crate) cpu_per_10k: f64,
}

/// When a message counts.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Instant,
    until: Instant,
}

/// Lets every line write for so long.
pub(crate) async fn window(system: &System, lines: &[Line], length: Duration) -> Result<Window> {
    let mut open = Vec::with_capacity(lines.len());
    for line in lines {
        let phone = Phone::connect(system.address).await?;
        let socket = Socket::open(system.address, line.live, &line.hello()).await?;
        open.push((line.clone(), phone, socket));
    }
    let from = Instant::now() + WARM_UP;
    let until = from + length;
    let span = Span { from, until };
    let mut pairs = JoinSet::new();
    for (line, phone, socket) in open {
        pairs.spawn(write_and_wait(line, phone, socket, span));
    }
    sleep_until(from.into()).await;
    let before = system.cpu()?;
    sleep_until(until.into()).await;
    let cpu = system.cpu()?.saturating_sub(before);
    let mut window = Window::default();
    while let Some(done) = pairs.join_next().await {
        let Times { sent, counted } = done??;
        window.sent += sent;
        for (acknowledged, received) in counted {
            window.acknowledged.push(acknowledged);
            window.received.push(received);
        }
    }
    let messages = figure(window.received.len());
    ensure!(messages > 0.0, "not one message arrived");
    window.acknowledged.sort_unstable();
    window.received.sort_unstable();
    window.per_second = messages / length.as_secs_f64();
    window.cpu_per_10k = cpu.as_secs_f64() / messages * 10_000.0;
    Ok(window)
}

/// What one pair did.
#[derive(Debug, Default)]
struct Times {
    /// Messages in all.
    sent: usize,
    /// Until the acknowledgement and until the arrival, of those that arrived within the span.
    counted: Vec<(Duration, Duration)>,
}

/// One pair, until the span ends.
async fn write_and_wait(
    line: Line,
    mut phone: Phone,
    mut socket: Socket,
    span: Span,
) -> Result<Times> {
    let mut times = Times::default();
    for text in TEXTS.iter().cycle() {
        let id = MessageId::new().to_string();
        let message = line.message(&id, text);
        let sent = Instant::now();
        if sent >= span.until {
            break;
        }
        let acknowledged = async {
            let (status, _) = phone.send(&message).await?;
            ensure!(status == 201, "a message was answered with {status}");
            Ok(sent.elapsed())
        };
        let received = async {
            while !contains(&socket.next().await?, id.as_bytes()) {}
            anyhow::Ok(sent.elapsed())
        };
        let (acknowledged, received) = tokio::try_join!(acknowledged, received)?;
        times.sent += 1;
        let arrived = sent + received.max(acknowledged);
        if arrived >= span.from && arrived < span.until {
            times.counted.push((acknowledged, received));
        }
    }
    Ok(times)
}

/// Posts so many messages on every line, with nobody listening.
pub(crate) async fn fill(address: SocketAddr, lines: &[Line], each: usize) -> Result<()> {
    const AT_ONCE: usize = 64;
    let lines = Arc::new(lines.to_vec());
    let next = Arc::new(AtomicUsize::new(0));
    let mut writers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (lines, next) = (Arc::clone(&lines), Arc::clone(&next));
        writers.spawn(async move {
            let mut phone = Phone::connect(address).await?;
            while let Some(line) = lines.get(next.fetch_add(1, Ordering::Relaxed)) {
                for text in TEXTS.iter().cycle().take(each) {
                    let id = MessageId::new().to_string();
                    let (status, _) = phone.send(&line.message(&id, text)).await?;
                    ensure!(status == 201, "a message was answered with {status}");
                }
            }
            Ok(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    Ok(())
}
