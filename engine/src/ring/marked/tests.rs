#![allow(clippy::expect_used, reason = "a panic is the report")]

use loom::thread;

use super::*;
use crate::ring::model::{self, Slot, ring};

impl Slot for Placed<u64> {
    fn into_slot(self) -> u64 {
        self.after << 32 | self.mark
    }

    fn from_slot(slot: u64) -> Self {
        assert_ne!(slot, u64::MAX, "a slot that nothing was written to");
        Self { after: slot >> 32, mark: slot & 0xffff_ffff }
    }
}

type Producer = MarkedProducer<u64, model::Writer, model::Writer>;
type Consumer = MarkedConsumer<u64, model::Reader, model::Reader>;

/// Gives samples that count from 1, as an audio thread does: what finds no room is told of before what follows.
struct Writer {
    producer: Producer,
    next: i16,
    owed: u64,
}

impl Writer {
    fn write(&mut self, count: usize) {
        let samples: Vec<i16> = (self.next..).take(count).collect();
        self.next += count as i16;
        let may_follow = self.owed == 0 || self.producer.mark(self.owed);
        if may_follow {
            self.owed = 0;
        }
        let fitted = if may_follow { self.producer.push(&samples) } else { 0 };
        self.owed += (count - fitted) as u64;
    }
}

/// Counts samples and losses, and holds each sample against that count.
struct Heard(u64);

impl Heard {
    fn read(&mut self, consumer: &mut Consumer, take: fn(&mut Consumer, &mut [i16]) -> Taken<u64>) -> bool {
        let mut frame = [0; 3];
        match take(consumer, &mut frame) {
            Taken::Samples(count) => {
                for &sample in &frame[..count] {
                    self.0 += 1;
                    assert_eq!(sample as u64, self.0, "a sample before the mark that stands before it");
                }
            }
            Taken::Mark(lost) => self.0 += lost,
            Taken::Nothing => return false,
        }
        true
    }
}

/// A reader with this `take` beside a writer that has filled the ring, lost a sample, and writes two more.
fn every_order(take: fn(&mut Consumer, &mut [i16]) -> Taken<u64>) {
    loom::model(move || {
        let (producer, mut consumer) = over(ring(2), ring(1));
        let mut writer = Writer { producer, next: 1, owed: 0 };
        writer.write(3);
        let writing = thread::spawn(move || {
            writer.write(1);
            writer.write(1);
            writer
        });
        let mut heard = Heard(0);
        for _ in 0..3 {
            heard.read(&mut consumer, take);
        }
        let writer = writing.join().expect("it ends");
        while heard.read(&mut consumer, take) {}
        assert_eq!(heard.0 + writer.owed, 5, "each was heard or counted");
    });
}

#[test]
fn in_every_order_each_sample_and_each_loss_stands_in_its_place() {
    every_order(Consumer::take);
}

/// As [`Consumer::take`], but in the other order.
fn marks_first(consumer: &mut Consumer, frame: &mut [i16]) -> Taken<u64> {
    let mark = consumer.marks.peek();
    let mut count = Pull::<i16>::waiting(&consumer.samples).min(frame.len());
    if let Some(Placed { after, mark }) = mark {
        if after == consumer.taken {
            Pull::<Placed<u64>>::skip_one(&mut consumer.marks);
            return Taken::Mark(mark);
        }
        count = count.min((after - consumer.taken) as usize);
    }
    let count = consumer.samples.pull(&mut frame[..count]);
    consumer.taken += count as u64;
    if count == 0 { Taken::Nothing } else { Taken::Samples(count) }
}

#[test]
#[should_panic(expected = "a sample before the mark that stands before it")]
fn a_reader_that_looks_for_marks_first_is_caught() {
    every_order(marks_first);
}
