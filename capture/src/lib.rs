//! Sound card to lock-free ring and back.
