//! All figures in one table; ratios are to the first peer.

use std::fmt;

/// What one peer took for one buffer.
#[derive(Clone, Copy)]
pub(crate) struct Cell {
    /// Per sample.
    pub(crate) nanoseconds: f64,
    /// How many digits were told, by who tells digits.
    pub(crate) digits: Option<usize>,
}

/// Cells by peer and buffer, both in the order in which they were noted.
#[derive(Default)]
pub(crate) struct Table {
    cells: Vec<(&'static str, &'static str, Cell)>,
}

impl Table {
    pub(crate) fn note(&mut self, peer: &'static str, buffer: &'static str, cell: Cell) {
        self.cells.push((peer, buffer, cell));
    }

    fn cell(&self, peer: &str, buffer: &str) -> Option<Cell> {
        let cell = self.cells.iter().find(|(p, b, _)| *p == peer && *b == buffer);
        cell.map(|(_, _, cell)| *cell)
    }

    fn row(&self, peer: &str, first: &str, buffers: &[&str]) -> String {
        let cells = buffers.iter().map(|buffer| {
            let (Some(cell), Some(unit)) = (self.cell(peer, buffer), self.cell(first, buffer)) else {
                return " – |".into();
            };
            let digits = cell.digits.map_or("–".into(), |digits| digits.to_string());
            format!(" {:.1} · {:.2} · {digits} |", cell.nanoseconds, cell.nanoseconds / unit.nanoseconds)
        });
        format!("| {peer} |{}", cells.collect::<String>())
    }
}

/// The distinct ones, in order.
fn distinct(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peers = distinct(self.cells.iter().map(|(peer, _, _)| *peer));
        let buffers = distinct(self.cells.iter().map(|(_, buffer, _)| *buffer));
        let Some(first) = peers.first() else { return Ok(()) };
        writeln!(f, "\nns per sample · ratio to {first} · digits told in 10 s:\n")?;
        writeln!(f, "| | {} |", buffers.join(" | "))?;
        writeln!(f, "|---{}|", "|---".repeat(buffers.len()))?;
        for peer in &peers {
            writeln!(f, "{}", self.row(peer, first, &buffers))?;
        }
        writeln!(f)
    }
}
