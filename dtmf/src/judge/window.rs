//! The window of 32 ms through which a pair is examined, laid out around its centre.

use crate::{
    bank::KEPT,
    envelope::Envelope,
    limits::HOP,
    machine::{FLOATS, Lanes},
    phasor::cos_turns,
    samples::Samples,
};

/// Samples of a window: 32 ms.
pub(crate) const WINDOW: usize = KEPT * HOP;
/// Half of them: what lies on one side of the window's centre.
pub(crate) const HALF: usize = WINDOW / 2;
/// Samples that are worked on side by side.
pub(crate) const STRANDS: usize = FLOATS;

/// A Hann window from its centre outwards.
static HANN: [f32; HALF] = hann_table();
/// The sums of that, and of its squares, over each hop.
static OF_HOP: [[f32; 2]; KEPT / 2] = sums_of_hops();

/// A value for each sample of the window, from its centre outwards. A tone whose phase is counted from the centre is the sum of
/// a cosine, which is the same on both sides, and of a sine, which has the other sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outwards {
    /// Younger than the centre.
    pub(crate) after: [f32; HALF],
    /// Older than the centre.
    pub(crate) before: [f32; HALF],
}

impl Outwards {
    /// The sum of the values' squares.
    #[inline(always)]
    pub(crate) fn power<L: Lanes>(&self, lanes: L) -> f32 {
        let mut sums = lanes.all(0.0);
        for (after, before) in blocks(&self.after).iter().zip(blocks(&self.before)) {
            let (after, before) = (lanes.floats(after), lanes.floats(before));
            sums = sums + (after * after + before * before);
        }
        lanes.each(sums).iter().sum()
    }
}

/// In blocks that are worked on side by side.
pub(crate) fn blocks(values: &[f32; HALF]) -> &[[f32; STRANDS]] {
    values.as_chunks().0
}

/// The same, to be changed.
pub(crate) fn blocks_mut(values: &mut [f32; HALF]) -> &mut [[f32; STRANDS]] {
    values.as_chunks_mut().0
}

/// A Hann window over the newest 32 ms, zero where the pair does not sound.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) weights: Outwards,
    /// Whether the pair sounds all through it, but for its ends.
    pub(crate) is_whole: bool,
    /// The sum of the weights.
    pub(crate) sum: f32,
    /// The sum of their squares.
    pub(crate) squares: f32,
}

impl Window {
    #[inline(always)]
    pub(crate) fn of(envelope: &Envelope) -> Self {
        let weights = Outwards { after: HANN, before: HANN };
        let mut window = Self { weights, is_whole: true, sum: 1e-6, squares: 1e-6 };
        for age in 0..KEPT {
            // A hop's bins are centred on its first sample, so that a hop lies between its own and the next one's.
            let next = age.saturating_sub(1);
            window.take_in(age, envelope.sounds(age) && envelope.sounds(next));
        }
        window
    }

    #[inline(always)]
    fn take_in(&mut self, age: usize, sounds: bool) {
        const CENTRE: usize = KEPT / 2;
        let (side, place) = if age < CENTRE {
            (&mut self.weights.after, CENTRE - 1 - age)
        } else {
            (&mut self.weights.before, age - CENTRE)
        };
        if sounds {
            self.sum += OF_HOP[place % CENTRE][0];
            self.squares += OF_HOP[place % CENTRE][1];
        } else {
            side.chunks_mut(HOP).skip(place).take(1).for_each(|hop| hop.fill(0.0));
            self.is_whole &= place == CENTRE - 1;
        }
    }

    /// The newest samples through the window.
    #[inline(always)]
    pub(crate) fn newest(&self, samples: &Samples) -> Outwards {
        let mut newest = Outwards { after: [0.0; HALF], before: [0.0; HALF] };
        samples.copy(HALF, &mut newest.before);
        samples.copy(0, &mut newest.after);
        newest.before.reverse();
        for n in 0..HALF {
            newest.after[n] *= self.weights.after[n];
            newest.before[n] *= self.weights.before[n];
        }
        newest
    }
}

const fn hann_table() -> [f32; HALF] {
    let mut table = [0.0; HALF];
    let mut n = 0;
    while n < HALF {
        table[n] = (0.5 + 0.5 * cos_turns((n as f64 + 0.5) / WINDOW as f64)) as f32;
        n += 1;
    }
    table
}

const fn sums_of_hops() -> [[f32; 2]; KEPT / 2] {
    let mut sums = [[0.0; 2]; KEPT / 2];
    let mut n = 0;
    while n < HALF {
        sums[n / HOP][0] += HANN[n];
        sums[n / HOP][1] += HANN[n] * HANN[n];
        n += 1;
    }
    sums
}
