//! `daybook screen`: JSON lines in, JSON lines out, the same order. One line is answered with one
//! line, whatever is in it. Needs no database and no keys.

use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};

use daybook::care::safeguarding::screen::{Lexicon, answer_line};

/// No line is longer; a message has 4,000 characters.
const MOST_BYTES: u64 = 1 << 20;

const TOO_LONG: &str = r#"{"id":null,"error":"line: longer than 1048576 bytes"}"#;
const NOT_TEXT: &str = r#"{"id":null,"error":"line: not UTF-8"}"#;

/// Screens standard input.
pub(crate) fn run() -> anyhow::Result<()> {
    let lexicon = Lexicon::shipped()?;
    let input = BufReader::with_capacity(1 << 16, std::io::stdin().lock());
    let output = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match screen(&lexicon, input, output) {
        // Whoever read the answers has had enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
    }
}

fn screen<R: Read>(
    lexicon: &Lexicon,
    mut input: BufReader<R>,
    mut output: impl Write,
) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut input)
            .take(MOST_BYTES.saturating_add(1))
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return output.flush();
        }
        let ended = line.pop_if(|last| *last == b'\n').is_some();
        if !ended && u64::try_from(read).is_ok_and(|read| read > MOST_BYTES) {
            pass_over_rest(&mut input)?;
            writeln!(output, "{TOO_LONG}")?;
        } else {
            match std::str::from_utf8(&line) {
                Ok(text) => writeln!(output, "{}", answer_line(lexicon, text))?,
                Err(_not_text) => writeln!(output, "{NOT_TEXT}")?,
            }
        }
        // Whoever writes one line and waits for its answer gets it.
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
}

/// Reads to the end of a line that is too long, keeping none of it.
fn pass_over_rest(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let waiting = input.fill_buf()?;
        if waiting.is_empty() {
            return Ok(());
        }
        let end = waiting.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(waiting.len(), |at| at.saturating_add(1));
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &[u8]) -> Vec<String> {
        let lexicon = Lexicon::shipped().unwrap();
        let mut output = Vec::new();
        screen(&lexicon, BufReader::new(input), &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        text.lines().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn every_line_is_answered_even_the_one_that_is_too_long_or_no_text() {
        let mut input = vec![b'x'; (1 << 20) + 7];
        input.extend_from_slice(b"\n\xff\n\n");
        input.extend_from_slice(br#"{"id":"1","text":"dad hits me","author":"young_person"}"#);

        let answers = answers(&input);

        assert_eq!(answers.len(), 4);
        assert_eq!(answers[0], TOO_LONG);
        assert_eq!(answers[1], NOT_TEXT);
        assert!(answers[2].contains("not JSON"), "{}", answers[2]);
        assert!(answers[3].contains("physical_abuse"), "{}", answers[3]);
    }

    #[test]
    fn a_line_of_just_the_right_length_is_read_whole() {
        let mut input = vec![b' '; 1 << 20];
        input.push(b'\n');

        assert!(answers(&input)[0].contains("not JSON"));
    }
}
