//! Where a gap lies among the samples.

/// Callbacks that are remembered.
const KEPT: usize = 1_024;
/// Those within so many seconds of the first count as one: what is kept is three seconds at least.
const FINE_S: f64 = 0.003;

#[derive(Clone, Copy, Debug)]
struct Place {
    /// Samples that had come before.
    after: u64,
    /// In samples.
    surplus: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Places {
    ring: Box<[Place]>,
    count: usize,
    /// When the newest began, in seconds.
    from_s: f64,
}

impl Default for Places {
    fn default() -> Self {
        Self { ring: vec![Place { after: 0, surplus: 0.0 }; KEPT].into(), count: 0, from_s: 0.0 }
    }
}

impl Places {
    pub(super) fn came(&mut self, now_s: f64, after: u64, surplus: f64) {
        if self.count > 0 && now_s < self.from_s + FINE_S {
            let newest = &mut self.ring[(self.count - 1) % KEPT];
            newest.surplus = newest.surplus.min(surplus);
            return;
        }
        self.from_s = now_s;
        self.ring[self.count % KEPT] = Place { after, surplus };
        self.count += 1;
    }

    fn oldest_first(&self) -> impl Iterator<Item = Place> {
        let first = self.count.saturating_sub(KEPT);
        (first..self.count).map(|n| self.ring[n % KEPT])
    }

    /// The place of a step among callbacks that came after samples `from..=to`: where the surplus rises most; if it comes down to
    /// what is `allowed` later only, a server had kept some of what it heard, and what is missing lies behind that.
    pub(super) fn of_step(&self, from: u64, to: u64, allowed: f64) -> u64 {
        let mut rise = f64::NEG_INFINITY;
        let mut before: Option<f64> = None;
        let mut step = to;
        for place in self.oldest_first().take_while(|place| place.after <= to) {
            if let Some(before) = before.filter(|before| place.after >= from && place.surplus - before > rise)
            {
                rise = place.surplus - before;
                step = place.after;
            }
            before = Some(place.surplus);
        }
        self.oldest_first()
            .find(|place| place.after >= step && place.surplus <= allowed)
            .map_or(step, |place| place.after)
    }

    /// What came from `after` on lies behind a gap of `rise` samples that was filled.
    pub(super) fn lower(&mut self, after: u64, rise: f64) {
        for place in self.ring.iter_mut().filter(|place| place.after >= after) {
            place.surplus -= rise;
        }
    }
}
