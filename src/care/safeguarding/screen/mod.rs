//! Screening: reads one text and says what in it worries us, and why.
