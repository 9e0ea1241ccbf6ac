//! Choosing a few of many again and again, as people do.

use crate::commands::bench::dice::Dice;

/// Zipfian numbers by the method of Gray et al. ("Quickly Generating Billion-Record Synthetic Databases", SIGMOD
/// 1994), which YCSB and so GDPRbench use. Rank 0 is the most frequent.
pub(super) struct Zipf {
    count: f64,
    theta: f64,
    alpha: f64,
    zeta: f64,
    eta: f64,
}

impl Zipf {
    /// Over so many ranks, of which the one at place n comes with a frequency in proportion to 1 ÷ n^theta.
    pub(super) fn new(count: u32, theta: f64) -> Self {
        let zeta_of = |last: u32| (1..=last).map(|place| f64::from(place).powf(-theta)).sum::<f64>();
        let (zeta, count) = (zeta_of(count), f64::from(count));
        let eta = (1.0 - (2.0 / count).powf(1.0 - theta)) / (1.0 - zeta_of(2) / zeta);
        Self { count, theta, alpha: 1.0 / (1.0 - theta), zeta, eta }
    }

    /// A rank.
    pub(super) fn rank(&self, dice: &mut Dice) -> u32 {
        let share = dice.share();
        let scaled = share * self.zeta;
        if scaled < 1.0 {
            return 0;
        }
        if scaled < 1.0 + 0.5_f64.powf(self.theta) {
            return 1;
        }
        let rank = self.count * (self.eta * share - self.eta + 1.0).powf(self.alpha);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is below the count, which is a whole number of 32 bits"
        )]
        let rank = rank.min(self.count - 1.0) as u32;
        rank
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ranks_come_as_often_as_the_law_says() {
        let (zipf, mut dice) = (Zipf::new(1000, 0.99), Dice::new(7));
        let mut counts = vec![0_u32; 1000];
        for _ in 0..200_000 {
            counts[zipf.rank(&mut dice) as usize] += 1;
        }
        let zeta: f64 = (1..=1000).map(|place| f64::from(place).powf(-0.99)).sum();
        for rank in [0, 1] {
            let expected = 200_000.0 / f64::from(rank + 1).powf(0.99) / zeta;
            let found = f64::from(counts[rank as usize]);
            assert!((found / expected - 1.0).abs() < 0.05, "rank {rank}: {found} instead of {expected}");
        }
        assert!(counts[10] > counts[100] && counts[100] > counts[900]);
        assert!(counts.iter().filter(|count| **count > 0).count() > 900, "the tail is reached");
    }
}
