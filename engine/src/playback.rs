//! What the caller hears before the recording: the prompt, then the beep.

use std::sync::Arc;

/// Plays one thing at a time, sample by sample; silence when there is nothing to play. Prompt and beep are played once, and then let go.
#[derive(Debug)]
pub(crate) struct Playback {
    prompt: Arc<[i16]>,
    beep: Arc<[i16]>,
    beep_len: usize,
    playing: Arc<[i16]>,
    at: usize,
    /// Samples of silence to wait after the sound, until the caller has heard its end.
    tail: usize,
}

impl Playback {
    pub(crate) fn new(prompt: Arc<[i16]>, beep: Arc<[i16]>) -> Self {
        let beep_len = beep.len();
        Self { prompt, beep, beep_len, playing: Arc::default(), at: 0, tail: 0 }
    }

    pub(crate) fn start_prompt(&mut self, tail: usize) {
        let prompt = std::mem::take(&mut self.prompt);
        self.start(prompt, tail);
    }

    pub(crate) fn start_beep(&mut self, tail: usize) {
        let beep = std::mem::take(&mut self.beep);
        self.start(beep, tail);
    }

    /// Waits so many samples after the sound that plays; never fewer than it has waited already.
    pub(crate) fn wait_after(&mut self, tail: usize) {
        self.tail = tail.max(self.at.saturating_sub(self.playing.len()));
    }

    pub(crate) fn stop(&mut self) {
        self.start(Arc::default(), 0);
    }

    fn start(&mut self, sound: Arc<[i16]>, tail: usize) {
        self.playing = sound;
        self.at = 0;
        self.tail = tail;
    }

    pub(crate) fn prompt_len(&self) -> usize {
        self.prompt.len()
    }

    pub(crate) fn beep_len(&self) -> usize {
        self.beep_len
    }

    /// Samples until the caller has heard the end of what plays.
    pub(crate) fn left(&self) -> usize {
        self.playing.len() + self.tail - self.at
    }

    /// Whether there is nothing more to play than silence.
    pub(crate) fn is_silent(&self) -> bool {
        self.at >= self.playing.len()
    }

    /// Moves on by so many samples of silence.
    pub(crate) fn wait(&mut self, samples: usize) {
        self.at = (self.at + samples).min(self.playing.len() + self.tail);
    }

    /// Gives the next samples and moves on by as many; at most [`Self::left`] of them are the sound's.
    pub(crate) fn fill(&mut self, out: &mut [i16]) {
        let rest = self.playing.get(self.at..).unwrap_or_default();
        let sound = rest.len().min(out.len());
        out[..sound].copy_from_slice(&rest[..sound]);
        out[sound..].fill(0);
        self.wait(out.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_plays_to_the_end_waits_the_tail_and_falls_silent() {
        let mut playback = Playback::new(Arc::from([1, 2, 3]), Arc::from([9]));
        playback.start_prompt(2);
        let mut out = [7; 4];
        playback.fill(&mut out);
        assert_eq!((out, playback.left()), ([1, 2, 3, 0], 1));
        playback.fill(&mut out);
        assert_eq!((out, playback.left()), ([0; 4], 0));
        playback.start_beep(0);
        playback.stop();
        assert_eq!(playback.left(), 0);
    }

    #[test]
    fn the_wait_changes_while_it_plays_and_not_into_the_past() {
        let mut playback = Playback::new(Arc::default(), Arc::from([1, 2, 3]));
        playback.start_beep(1);
        playback.wait_after(10);
        assert_eq!(playback.left(), 13);
        playback.fill(&mut [0; 7]);
        playback.wait_after(2);
        assert_eq!(playback.left(), 0, "four were waited for already");
        playback.wait_after(5);
        assert_eq!(playback.left(), 1);
    }
}
