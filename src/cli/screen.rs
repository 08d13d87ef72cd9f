//! `daybook screen`: JSON lines in, JSON lines out, the same order.

pub(crate) fn run() -> anyhow::Result<()> {
    anyhow::bail!("screening from the command line is not wired yet")
}
