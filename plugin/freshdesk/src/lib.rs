//! (being written)
mod lenient;
mod nearest;
mod params;
mod text;
mod walk;
