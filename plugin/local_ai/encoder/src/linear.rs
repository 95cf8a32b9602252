//! A linear map of the model, packed for the precision that was asked for.

use crate::error::OpenError;
use crate::kernels::{ByteMatrix, FloatMatrix, Inputs, Level, Rows, RowsMut, Then, product};
use crate::weights::Weights;

/// How exact the matrix products are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// 32-bit floating point, as the model was trained.
    #[default]
    F32,
    /// Weights of 7 and inputs of 8 bits in the matrix products, everything else in fp32: about half the time and a quarter of the
    /// memory; scores change in the second digit after the point, those of ModernBERT more.
    Int8,
}

/// `y = W x + b`
#[derive(Debug)]
pub(crate) enum Linear {
    Floats(FloatMatrix),
    Bytes(ByteMatrix),
}

impl Linear {
    /// Reads and packs the maps `names` of the encoder below one another, each from `inputs` to `outputs` numbers.
    pub(crate) fn read(
        weights: &Weights,
        names: &[String],
        inputs: usize,
        outputs: usize,
        precision: Precision,
    ) -> Result<Self, OpenError> {
        let (mut matrix, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            let part = weights.body(&format!("{name}.weight"), &[outputs, inputs])?;
            if names.len() == 1 {
                matrix = part;
            } else {
                matrix.extend_from_slice(&part);
            }
            bias.extend(weights.body(&format!("{name}.bias"), &[outputs])?);
        }
        Ok(Self::pack(&matrix, inputs, &bias, precision))
    }

    /// Packs `matrix`, row-major with one row per output.
    pub(crate) fn pack(matrix: &[f32], inputs: usize, bias: &[f32], precision: Precision) -> Self {
        match precision {
            Precision::F32 => Self::Floats(FloatMatrix::pack(matrix, inputs, bias)),
            Precision::Int8 => Self::Bytes(ByteMatrix::pack(matrix, inputs, bias)),
        }
    }

    /// Maps the rows `a` into the rows `c`.
    pub(crate) fn apply(&self, level: Level, a: Rows<'_>, c: RowsMut<'_>, then: Then, scratch: &mut Inputs) {
        match self {
            Self::Floats(matrix) => product(level, a, matrix.view(), c, then, &mut scratch.floats),
            Self::Bytes(matrix) => matrix.product(level, a, c, then, &mut scratch.bytes),
        }
    }
}
