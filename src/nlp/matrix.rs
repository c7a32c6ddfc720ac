//! Matrix products and what follows them in the model's layers, for AVX-512, AVX2 and any other machine.
//!
//! Every number is summed up in one order, by fused multiply-adds, whatever the machine, the number of rows and the place of
//! a row among them. So a text's analysis depends on nothing but the text, bit for bit: not on what is analysed with it, not
//! on what was analysed before. This is why the products are not left to a general library, whose order of summation
//! changes with the shape; packing the weights once, when the model is loaded, comes on top.

/// Sixteen numbers, aligned for the widest registers.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub struct Lane(pub [f32; LANE]);

pub const LANE: usize = 16;

/// Lanes in a word's vector.
pub const WIDTH: usize = 6;

/// Outputs that a maxout layer takes the greatest of.
const PIECES: usize = 3;

/// Lanes that a dense layer computes at a time.
const TILE: usize = 4;

pub fn floats(lanes: &[Lane]) -> &[f32] {
    // SAFETY: a `Lane` is sixteen floats without padding.
    unsafe { std::slice::from_raw_parts(lanes.as_ptr().cast(), lanes.len() * LANE) }
}

/// Copies numbers into lanes, with `padding` after the last.
pub fn lanes(values: impl IntoIterator<Item = f32>, padding: f32) -> Vec<Lane> {
    let mut lanes = Vec::new();
    for (i, value) in values.into_iter().enumerate() {
        if i % LANE == 0 {
            lanes.push(Lane([padding; LANE]));
        }
        lanes[i / LANE].0[i % LANE] = value;
    }
    lanes
}

/// A fully connected layer.
#[derive(Debug)]
pub struct Dense {
    inputs: usize,
    /// For each tile of outputs, for each input, the weights of the tile.
    weights: Vec<[Lane; TILE]>,
    bias: Vec<[Lane; TILE]>,
}

/// A maxout layer with three pieces and layer normalisation, 96 outputs wide.
#[derive(Debug)]
pub struct Maxout {
    inputs: usize,
    /// For each lane of outputs, for each input, the weights of the pieces.
    weights: Vec<[Lane; PIECES]>,
    bias: [[Lane; PIECES]; WIDTH],
    pub norm: Norm,
}

/// Gain and bias of a layer normalisation.
#[derive(Debug)]
pub struct Norm {
    pub gain: [Lane; WIDTH],
    pub bias: [Lane; WIDTH],
}

/// Sums of weights that were worked out beforehand, the greater of two pieces, and a dense layer on top: the scores of a
/// parser's actions.
#[derive(Debug)]
pub struct Scorer {
    /// Two pieces of [`HIDDEN`] lanes.
    bias: [Lane; 2 * HIDDEN],
    upper: Vec<[Lane; ACTIONS]>,
    upper_bias: [Lane; ACTIONS],
}

/// Lanes in the hidden layer of parser and name finder.
pub const HIDDEN: usize = 4;

/// Lanes that hold the scores of all actions.
pub const ACTIONS: usize = 7;

impl Dense {
    /// `weight(output, input)` and `bias(output)` give the parameters. Outputs that fill up the last tile are minus infinity.
    pub fn new(
        inputs: usize,
        outputs: usize,
        weight: impl Fn(usize, usize) -> f32,
        bias: impl Fn(usize) -> f32,
    ) -> Self {
        let tiles = outputs.div_ceil(TILE * LANE);
        let tile = |t: usize, value: &dyn Fn(usize) -> f32, padding: f32| -> [Lane; TILE] {
            let output = |lane: usize, i: usize| (t * TILE + lane) * LANE + i;
            let at = |o: usize| if o < outputs { value(o) } else { padding };
            std::array::from_fn(|lane| Lane(std::array::from_fn(|i| at(output(lane, i)))))
        };
        let weights = (0..tiles).flat_map(|t| (0..inputs).map(move |k| (t, k)));
        Self {
            inputs,
            weights: weights.map(|(t, k)| tile(t, &|o| weight(o, k), 0.0)).collect(),
            bias: (0..tiles).map(|t| tile(t, &bias, f32::NEG_INFINITY)).collect(),
        }
    }

    /// Lanes in a row of the result.
    pub fn width(&self) -> usize {
        self.bias.len() * TILE
    }

    /// One row of the result for each start: the layer's output for the inputs that begin there in `x`, counted in floats.
    pub fn apply(&self, level: Level, x: &[Lane], starts: &[usize], out: &mut [Lane]) {
        check_starts(x, starts, self.inputs);
        assert_eq!(out.len(), starts.len() * self.width());
        level.dense(self, x, starts, out);
    }
}

impl Maxout {
    /// `weight(unit, piece, input)` and `bias(unit, piece)` give the parameters.
    pub fn new(
        inputs: usize,
        weight: impl Fn(usize, usize, usize) -> f32,
        bias: impl Fn(usize, usize) -> f32,
        norm: Norm,
    ) -> Self {
        let lane = |w: usize, value: &dyn Fn(usize) -> f32| Lane(std::array::from_fn(|i| value(w * LANE + i)));
        let order = (0..WIDTH).flat_map(|w| (0..inputs).map(move |k| (w, k)));
        Self {
            inputs,
            weights: order.map(|(w, k)| std::array::from_fn(|p| lane(w, &|unit| weight(unit, p, k)))).collect(),
            bias: std::array::from_fn(|w| std::array::from_fn(|p| lane(w, &|unit| bias(unit, p)))),
            norm,
        }
    }

    /// For each start the layer's output for the inputs that begin there in `x`, counted in floats, put where `places` says,
    /// counted in lanes; where `residual` is given, what stands in it at that place is added.
    pub fn apply(
        &self,
        level: Level,
        x: &[Lane],
        starts: &[usize],
        residual: Option<&[Lane]>,
        out: &mut [Lane],
        places: &[usize],
    ) {
        check_starts(x, starts, self.inputs);
        assert_eq!(starts.len(), places.len());
        level.maxout(self, x, starts, residual, out, places);
    }
}

impl Scorer {
    /// `bias(unit, piece)`, `weight(action, unit)` and `action_bias(action)` give the parameters.
    pub fn new(
        actions: usize,
        bias: impl Fn(usize, usize) -> f32,
        weight: impl Fn(usize, usize) -> f32,
        action_bias: impl Fn(usize) -> f32,
    ) -> Self {
        let row = |value: &dyn Fn(usize) -> f32, padding: f32| -> [Lane; ACTIONS] {
            let at = |a: usize| if a < actions { value(a) } else { padding };
            std::array::from_fn(|lane| Lane(std::array::from_fn(|i| at(lane * LANE + i))))
        };
        Self {
            bias: std::array::from_fn(|l| Lane(std::array::from_fn(|i| bias(l % HIDDEN * LANE + i, l / HIDDEN)))),
            upper: (0..HIDDEN * LANE).map(|unit| row(&|action| weight(action, unit), 0.0)).collect(),
            upper_bias: row(&action_bias, f32::NEG_INFINITY),
        }
    }

    /// The action with the highest score, the first of several; of each feature the worked-out sums of its token are
    /// given, two pieces of [`HIDDEN`] lanes. `mask` is added to the scores. None where no score is above minus infinity.
    pub fn best(&self, level: Level, features: &[&[Lane; 2 * HIDDEN]], mask: &[Lane; ACTIONS]) -> Option<usize> {
        level.best(self, features, mask)
    }

    /// The scores themselves.
    #[cfg(test)]
    pub fn scores(&self, level: Level, features: &[&[Lane; 2 * HIDDEN]]) -> [Lane; ACTIONS] {
        level.scores(self, features)
    }
}

fn check_starts(x: &[Lane], starts: &[usize], inputs: usize) {
    let end = starts.iter().max().map_or(0, |start| start + inputs);
    assert!(end <= x.len() * LANE, "rows end at {end}, numbers at {}", x.len() * LANE);
}

/// What the machine can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

impl Level {
    /// The best that this machine has.
    pub fn detect() -> Self {
        Self::available()[0]
    }

    /// All that this machine has, the best first.
    pub fn available() -> Vec<Self> {
        let mut levels = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                levels.push(Self::Avx512);
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                levels.push(Self::Avx2);
            }
        }
        levels.push(Self::Portable);
        levels
    }
}

/// Declares a method of [`Level`] for each kernel, which calls it as compiled for the level.
macro_rules! kernels {
    ($($(#[$attribute:meta])* fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        impl Level {
            $($(#[$attribute])*
            pub(super) fn $name(self, $($argument: $type),*) $(-> $result)? {
                match self {
                    // SAFETY: a level is only made on a machine that has it.
                    #[cfg(target_arch = "x86_64")]
                    Self::Avx512 => unsafe { x86::avx512::$name($($argument),*) },
                    // SAFETY: as above.
                    #[cfg(target_arch = "x86_64")]
                    Self::Avx2 => unsafe { x86::avx2::$name($($argument),*) },
                    Self::Portable => generic::$name::<generic::Plain>($($argument),*),
                }
            })*
        }

        #[cfg(target_arch = "x86_64")]
        mod x86 {
            use super::*;

            pub mod avx512 {
                use super::*;

                $($(#[$attribute])*
                #[target_feature(enable = "avx512f")]
                pub fn $name($($argument: $type),*) $(-> $result)? {
                    generic::$name::<wide::Avx512>($($argument),*)
                })*
            }

            pub mod avx2 {
                use super::*;

                $($(#[$attribute])*
                #[target_feature(enable = "avx2,fma")]
                pub fn $name($($argument: $type),*) $(-> $result)? {
                    generic::$name::<wide::Avx2>($($argument),*)
                })*
            }
        }
    };
}

kernels! {
    fn dense(layer: &Dense, x: &[Lane], starts: &[usize], out: &mut [Lane]);
    fn maxout(layer: &Maxout, x: &[Lane], starts: &[usize], residual: Option<&[Lane]>, out: &mut [Lane], places: &[usize]);
    fn window(norm: &Norm, parts: [Option<&Part>; 3], residual: Option<&[Lane; WIDTH]>, out: &mut [Lane; WIDTH]);
    fn best(scorer: &Scorer, features: &[&[Lane; 2 * HIDDEN]], mask: &[Lane; ACTIONS]) -> Option<usize>;
    #[cfg(test)]
    fn scores(scorer: &Scorer, features: &[&[Lane; 2 * HIDDEN]]) -> [Lane; ACTIONS];
}

/// What one word adds to a maxout layer that sees a window of words, before the maximum is taken: for each lane of outputs
/// its pieces.
pub type Part = [[Lane; PIECES]; WIDTH];

/// The kernels, written once over whatever holds sixteen numbers.
mod generic {
    use super::*;

    /// Sixteen numbers in registers.
    pub trait Vector: Copy {
        /// Rows that fit the registers beside three or four lanes of outputs.
        const ROWS: usize;

        fn zero() -> Self;
        fn load(lane: &Lane) -> Self;
        fn store(self, lane: &mut Lane);
        fn splat(value: f32) -> Self;
        fn add(self, other: Self) -> Self;
        fn sub(self, other: Self) -> Self;
        fn mul(self, other: Self) -> Self;
        fn max(self, other: Self) -> Self;
        /// `self + a * b`, rounded once.
        fn fused(self, a: Self, b: Self) -> Self;

        /// The sum of all sixteen, halves first.
        #[inline(always)]
        fn sum(self) -> f32 {
            let mut lane = Lane::default();
            self.store(&mut lane);
            let mut values = lane.0;
            let mut half = LANE / 2;
            while half > 0 {
                for i in 0..half {
                    values[i] += values[i + half];
                }
                half /= 2;
            }
            values[0]
        }
    }

    /// For machines of which nothing is known.
    #[derive(Clone, Copy)]
    pub struct Plain([f32; LANE]);

    impl Vector for Plain {
        const ROWS: usize = 2;

        fn zero() -> Self {
            Self([0.0; LANE])
        }
        fn load(lane: &Lane) -> Self {
            Self(lane.0)
        }
        fn store(self, lane: &mut Lane) {
            lane.0 = self.0;
        }
        fn splat(value: f32) -> Self {
            Self([value; LANE])
        }
        fn add(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
        }
        fn sub(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] - other.0[i]))
        }
        fn mul(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] * other.0[i]))
        }
        fn max(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] }))
        }
        fn fused(self, a: Self, b: Self) -> Self {
            Self(std::array::from_fn(|i| a.0[i].mul_add(b.0[i], self.0[i])))
        }
    }

    /// Products of `R` rows with `N` lanes of outputs, added to what is in `sums`.
    ///
    /// `rows` must point to as many numbers as there are `weights`.
    #[inline(always)]
    unsafe fn product<V: Vector, const R: usize, const N: usize>(
        rows: [*const f32; R],
        weights: &[[Lane; N]],
        sums: &mut [[V; N]; R],
    ) {
        let mut acc = *sums;
        for (k, lanes) in weights.iter().enumerate() {
            let mut w = [V::zero(); N];
            for n in 0..N {
                w[n] = V::load(&lanes[n]);
            }
            for r in 0..R {
                // SAFETY: `k` is less than the number of weights.
                let x = V::splat(unsafe { *rows[r].add(k) });
                for n in 0..N {
                    acc[r][n] = acc[r][n].fused(x, w[n]);
                }
            }
        }
        *sums = acc;
    }

    /// Pointers to the inputs of `R` rows from `first` on; the last row again where there are fewer.
    #[inline(always)]
    fn rows_at<const R: usize>(x: &[f32], starts: &[usize], first: usize) -> [*const f32; R] {
        let mut rows = [x.as_ptr(); R];
        for (r, row) in rows.iter_mut().enumerate() {
            *row = x[starts[(first + r).min(starts.len() - 1)]..].as_ptr();
        }
        rows
    }

    #[inline(always)]
    pub fn dense<V: Vector>(layer: &Dense, x: &[Lane], starts: &[usize], out: &mut [Lane]) {
        match V::ROWS {
            6.. => dense_rows::<V, 6>(layer, x, starts, out),
            _ => dense_rows::<V, 1>(layer, x, starts, out),
        }
    }

    #[inline(always)]
    fn dense_rows<V: Vector, const R: usize>(layer: &Dense, x: &[Lane], starts: &[usize], out: &mut [Lane]) {
        let x = floats(x);
        let width = layer.width();
        for first in (0..starts.len()).step_by(R) {
            let rows = rows_at::<R>(x, starts, first);
            let count = R.min(starts.len() - first);
            for (t, (weights, bias)) in layer.weights.chunks_exact(layer.inputs).zip(&layer.bias).enumerate() {
                let mut sums = [bias.each_ref().map(V::load); R];
                // SAFETY: `apply` has checked that every row has `inputs` numbers.
                unsafe { product(rows, weights, &mut sums) };
                for (r, sums) in sums.iter().enumerate().take(count) {
                    let place = (first + r) * width + t * TILE;
                    for (lane, sum) in out[place..place + TILE].iter_mut().zip(sums) {
                        sum.store(lane);
                    }
                }
            }
        }
    }

    #[inline(always)]
    pub fn maxout<V: Vector>(
        layer: &Maxout,
        x: &[Lane],
        starts: &[usize],
        residual: Option<&[Lane]>,
        out: &mut [Lane],
        places: &[usize],
    ) {
        match V::ROWS {
            8.. => maxout_rows::<V, 8>(layer, x, starts, residual, out, places),
            _ => maxout_rows::<V, 2>(layer, x, starts, residual, out, places),
        }
    }

    #[inline(always)]
    fn maxout_rows<V: Vector, const R: usize>(
        layer: &Maxout,
        x: &[Lane],
        starts: &[usize],
        residual: Option<&[Lane]>,
        out: &mut [Lane],
        places: &[usize],
    ) {
        let x = floats(x);
        for first in (0..starts.len()).step_by(R) {
            let rows = rows_at::<R>(x, starts, first);
            let mut results = [[Lane::default(); WIDTH]; R];
            for (w, (weights, bias)) in layer.weights.chunks_exact(layer.inputs).zip(&layer.bias).enumerate() {
                let mut sums = [bias.each_ref().map(V::load); R];
                // SAFETY: `apply` has checked that every row has `inputs` numbers.
                unsafe { product(rows, weights, &mut sums) };
                for r in 0..R {
                    sums[r][0].max(sums[r][1]).max(sums[r][2]).store(&mut results[r][w]);
                }
            }
            for (result, &place) in results.iter().zip(&places[first..]) {
                let residual = residual.map(|lanes| lanes[place..].first_chunk().expect("a word's vector"));
                let out = out[place..].first_chunk_mut().expect("a word's vector");
                normalise::<V>(&layer.norm, result.each_ref().map(V::load), residual, out);
            }
        }
    }

    /// The maximum over pieces of what the words of a window add up to, normalised; `parts` are of the word itself, its
    /// left and its right neighbour.
    #[inline(always)]
    pub fn window<V: Vector>(
        norm: &Norm,
        parts: [Option<&Part>; 3],
        residual: Option<&[Lane; WIDTH]>,
        out: &mut [Lane; WIDTH],
    ) {
        let mut values = [V::zero(); WIDTH];
        for (w, value) in values.iter_mut().enumerate() {
            let mut sums = [V::zero(); PIECES];
            for part in parts.into_iter().flatten() {
                for (sum, lane) in sums.iter_mut().zip(&part[w]) {
                    *sum = sum.add(V::load(lane));
                }
            }
            *value = sums[0].max(sums[1]).max(sums[2]);
        }
        normalise(norm, values, residual, out);
    }

    #[inline(always)]
    fn normalise<V: Vector>(norm: &Norm, x: [V; WIDTH], residual: Option<&[Lane; WIDTH]>, out: &mut [Lane; WIDTH]) {
        const UNITS: f32 = (WIDTH * LANE) as f32;
        let mut total = x[0];
        for value in &x[1..] {
            total = total.add(*value);
        }
        let mean = V::splat(total.sum() / UNITS);
        let mut centred = x;
        let mut squares = V::zero();
        for value in &mut centred {
            *value = value.sub(mean);
            squares = squares.fused(*value, *value);
        }
        let scale = V::splat(1.0 / (squares.sum() / UNITS + 1e-8).sqrt());
        for w in 0..WIDTH {
            let value = V::load(&norm.bias[w]).fused(centred[w].mul(scale), V::load(&norm.gain[w]));
            let value = residual.map_or(value, |lanes| V::load(&lanes[w]).add(value));
            value.store(&mut out[w]);
        }
    }

    #[cfg(test)]
    #[inline(always)]
    pub fn scores<V: Vector>(scorer: &Scorer, features: &[&[Lane; 2 * HIDDEN]]) -> [Lane; ACTIONS] {
        let mut lanes = [Lane::default(); ACTIONS];
        for (lane, sum) in lanes.iter_mut().zip(action_scores::<V>(scorer, features)) {
            sum.store(lane);
        }
        lanes
    }

    #[inline(always)]
    fn action_scores<V: Vector>(scorer: &Scorer, features: &[&[Lane; 2 * HIDDEN]]) -> [V; ACTIONS] {
        let mut hidden = [Lane::default(); HIDDEN];
        for (h, lane) in hidden.iter_mut().enumerate() {
            let mut sums = [V::zero(); 2];
            for feature in features {
                sums[0] = sums[0].add(V::load(&feature[h]));
                sums[1] = sums[1].add(V::load(&feature[HIDDEN + h]));
            }
            let first = sums[0].add(V::load(&scorer.bias[h]));
            first.max(sums[1].add(V::load(&scorer.bias[HIDDEN + h]))).store(lane);
        }
        let mut sums = [scorer.upper_bias.each_ref().map(V::load)];
        debug_assert_eq!(scorer.upper.len(), HIDDEN * LANE);
        // SAFETY: there are as many rows of weights as hidden units.
        unsafe { product([floats(&hidden).as_ptr()], &scorer.upper, &mut sums) };
        sums[0]
    }

    #[inline(always)]
    pub fn best<V: Vector>(scorer: &Scorer, features: &[&[Lane; 2 * HIDDEN]], mask: &[Lane; ACTIONS]) -> Option<usize> {
        let mut lanes = [Lane::default(); ACTIONS];
        let mut greatest = V::splat(f32::NEG_INFINITY);
        for ((lane, sum), mask) in lanes.iter_mut().zip(action_scores::<V>(scorer, features)).zip(mask) {
            let sum = sum.add(V::load(mask));
            greatest = greatest.max(sum);
            sum.store(lane);
        }
        let mut each = Lane::default();
        greatest.store(&mut each);
        let greatest = each.0.into_iter().fold(f32::NEG_INFINITY, f32::max);
        let is_best = |&score: &f32| score == greatest && greatest > f32::NEG_INFINITY;
        floats(&lanes).iter().position(is_best)
    }
}

/// Sixteen numbers in the registers of x86-64.
#[cfg(target_arch = "x86_64")]
mod wide {
    use super::Lane;
    use super::generic::Vector;
    use std::arch::x86_64::*;

    // SAFETY of both: the functions are only called, and inlined, in functions compiled for the instructions they use;
    // `Lane` is aligned to 64 bytes.

    #[derive(Clone, Copy)]
    pub struct Avx512(__m512);

    impl Vector for Avx512 {
        const ROWS: usize = 8;

        #[inline(always)]
        fn zero() -> Self {
            Self(unsafe { _mm512_setzero_ps() })
        }
        #[inline(always)]
        fn load(lane: &Lane) -> Self {
            Self(unsafe { _mm512_load_ps(lane.0.as_ptr()) })
        }
        #[inline(always)]
        fn store(self, lane: &mut Lane) {
            unsafe { _mm512_store_ps(lane.0.as_mut_ptr(), self.0) }
        }
        #[inline(always)]
        fn splat(value: f32) -> Self {
            Self(unsafe { _mm512_set1_ps(value) })
        }
        #[inline(always)]
        fn add(self, other: Self) -> Self {
            Self(unsafe { _mm512_add_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            Self(unsafe { _mm512_sub_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            Self(unsafe { _mm512_mul_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn max(self, other: Self) -> Self {
            Self(unsafe { _mm512_max_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn fused(self, a: Self, b: Self) -> Self {
            Self(unsafe { _mm512_fmadd_ps(a.0, b.0, self.0) })
        }
    }

    #[derive(Clone, Copy)]
    pub struct Avx2(__m256, __m256);

    impl Avx2 {
        #[inline(always)]
        fn each(self, other: Self, f: impl Fn(__m256, __m256) -> __m256) -> Self {
            Self(f(self.0, other.0), f(self.1, other.1))
        }
    }

    impl Vector for Avx2 {
        const ROWS: usize = 2;

        #[inline(always)]
        fn zero() -> Self {
            unsafe { Self(_mm256_setzero_ps(), _mm256_setzero_ps()) }
        }
        #[inline(always)]
        fn load(lane: &Lane) -> Self {
            unsafe { Self(_mm256_load_ps(lane.0.as_ptr()), _mm256_load_ps(lane.0[8..].as_ptr())) }
        }
        #[inline(always)]
        fn store(self, lane: &mut Lane) {
            unsafe {
                _mm256_store_ps(lane.0.as_mut_ptr(), self.0);
                _mm256_store_ps(lane.0[8..].as_mut_ptr(), self.1);
            }
        }
        #[inline(always)]
        fn splat(value: f32) -> Self {
            let both = unsafe { _mm256_set1_ps(value) };
            Self(both, both)
        }
        #[inline(always)]
        fn add(self, other: Self) -> Self {
            self.each(other, |a, b| unsafe { _mm256_add_ps(a, b) })
        }
        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            self.each(other, |a, b| unsafe { _mm256_sub_ps(a, b) })
        }
        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            self.each(other, |a, b| unsafe { _mm256_mul_ps(a, b) })
        }
        #[inline(always)]
        fn max(self, other: Self) -> Self {
            self.each(other, |a, b| unsafe { _mm256_max_ps(a, b) })
        }
        #[inline(always)]
        fn fused(self, a: Self, b: Self) -> Self {
            unsafe { Self(_mm256_fmadd_ps(a.0, b.0, self.0), _mm256_fmadd_ps(a.1, b.1, self.1)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same everywhere.
    fn numbers(count: usize, seed: u32) -> Vec<Lane> {
        let mut state = seed;
        let next = || {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        lanes(std::iter::repeat_with(next).take(count), 0.0)
    }

    fn norm() -> Norm {
        let gain = numbers(WIDTH * LANE, 5);
        let bias = numbers(WIDTH * LANE, 6);
        Norm { gain: std::array::from_fn(|w| gain[w]), bias: std::array::from_fn(|w| bias[w]) }
    }

    fn bits(lanes: &[Lane]) -> Vec<u32> {
        floats(lanes).iter().map(|x| x.to_bits()).collect()
    }

    #[test]
    fn dense_layers_multiply_and_add() {
        let layer = Dense::new(2, 3, |o, i| (10 * o + i) as f32, |o| o as f32 * 0.5);
        let x = lanes([1.0, 2.0, 3.0], 0.0);
        let mut out = vec![Lane::default(); 2 * layer.width()];
        layer.apply(Level::detect(), &x, &[0, 1], &mut out);
        assert_eq!(floats(&out)[..4], [2.0, 32.5, 63.0, f32::NEG_INFINITY]);
        assert_eq!(floats(&out[layer.width()..])[..3], [3.0, 53.5, 104.0]);
    }

    #[test]
    fn a_row_does_not_depend_on_the_machine_or_on_other_rows() {
        let inputs = 96;
        let weights = numbers(inputs * 288, 1);
        let w = floats(&weights);
        let dense = Dense::new(inputs, 100, |o, i| w[o * inputs + i], |o| w[o]);
        let maxout = Maxout::new(inputs, |u, p, i| w[(u * 3 + p) * inputs + i], |u, p| w[u + p], norm());
        let x = numbers(inputs * 40, 2);
        let starts: Vec<usize> = (0..37).map(|row| row * inputs).collect();
        let places: Vec<usize> = (0..37).map(|row| row * WIDTH).collect();
        let mut all = Vec::new();
        for level in Level::available() {
            let mut one_by_one = (Vec::new(), Vec::new());
            for (&start, &place) in starts.iter().zip(&places) {
                let mut row = vec![Lane::default(); dense.width()];
                dense.apply(level, &x, &[start], &mut row);
                one_by_one.0.extend(bits(&row));
                let mut row = vec![Lane::default(); WIDTH];
                maxout.apply(level, &x, &[start], Some(&x[place..]), &mut row, &[0]);
                one_by_one.1.extend(bits(&row));
            }
            let mut together = (vec![Lane::default(); 37 * dense.width()], vec![Lane::default(); 37 * WIDTH]);
            dense.apply(level, &x, &starts, &mut together.0);
            maxout.apply(level, &x, &starts, Some(&x), &mut together.1, &places);
            assert_eq!((bits(&together.0), bits(&together.1)), one_by_one, "{level:?}");
            all.push(one_by_one);
        }
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn the_first_of_the_best_actions_is_taken() {
        let scorer = Scorer::new(5, |_, _| 0.0, |action, _| [0.0, 2.0, 3.0, 3.0, 1.0][action], |_| 0.0);
        let ones = [Lane([1.0; LANE]); 2 * HIDDEN];
        for level in Level::available() {
            let mut mask = [Lane::default(); ACTIONS];
            assert_eq!(scorer.best(level, &[&ones], &mask), Some(2));
            mask[0].0[2] = f32::NEG_INFINITY;
            mask[0].0[3] = f32::NEG_INFINITY;
            assert_eq!(scorer.best(level, &[&ones], &mask), Some(1));
            assert_eq!(scorer.best(level, &[&ones], &[Lane([f32::NEG_INFINITY; LANE]); ACTIONS]), None);
        }
    }
}
