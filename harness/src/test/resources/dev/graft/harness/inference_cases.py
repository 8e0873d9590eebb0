"""Computes anew, with NumPy and SciPy, what dev.graft.harness.measure.inference says of arms by seeds and examples, and
writes inference_cases.json beside this file: the arms' answers, and for every two arms what is expected.

The bootstrap's draws are those of java.util.Random, whose algorithm its documentation gives. Made with NumPy 2.4.6 and
SciPy 1.17.1.
"""

import itertools
import json
import math
import pathlib

import numpy as np
from scipy import optimize, stats

SAMPLES = 2000
SEED = 20210617
MARGIN = 0.05
ALPHA = 0.01
POWER = 0.8
STEPS = 50


class JavaRandom:
    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)

    def bits(self, count):
        self.state = (self.state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.state >> (48 - count)

    def below(self, bound):
        if bound & (bound - 1) == 0:
            return bound * self.bits(31) >> 31
        while True:
            bits = self.bits(31)
            value = bits % bound
            if bits - value + bound - 1 < 1 << 31:
                return value


def accuracy(predicted, gold):
    return np.mean(predicted == gold)


def f1(predicted, gold):
    both = np.sum((predicted == 1) & (gold == 1))
    either = np.sum(predicted == 1) + np.sum(gold == 1)
    return 0 if either == 0 else 2 * both / either


def matthews(predicted, gold):
    if np.ptp(predicted) == 0 or np.ptp(gold) == 0:
        return 0
    return np.corrcoef(predicted, gold)[0, 1]


def spearman(predicted, gold):
    return np.corrcoef(stats.rankdata(predicted), stats.rankdata(gold))[0, 1]


def perplexity(surprise, tokens):
    return math.exp(surprise.sum() / tokens.sum())


METRICS = {"accuracy": accuracy, "f1": f1, "matthews": matthews, "spearman": spearman, "perplexity": perplexity}


class Difference:
    def __init__(self, value, seeds, between, freedom, within, examples, unit):
        self.value, self.seeds, self.between, self.freedom = value, seeds, between, freedom
        self.within, self.examples, self.unit = within, examples, unit

    def parts(self, alpha, growth=1):
        t_seeds = stats.t.ppf(1 - alpha / 2, self.freedom) if self.freedom else 0
        t_examples = stats.t.ppf(1 - alpha / 2, self.examples - 1)
        units = t_examples**2 * self.unit
        wald = growth * t_examples**2 * self.within
        return growth * t_seeds**2 * self.between, max(wald + units**2 / 4, units**2)

    def reach(self, alpha):
        return math.sqrt(sum(self.parts(alpha)))

    def alpha(self, distance):
        return optimize.brentq(lambda a: self.reach(a) - distance, 1e-12, 1 - 1e-12, xtol=1e-15, rtol=1e-14)

    def equivalence(self):
        room = MARGIN - abs(self.value)
        return self.alpha(room) / 2 if room >= 0 else 1 - self.alpha(-room) / 2

    def least(self):
        def power(difference):
            one_seed = self.within + self.seeds * self.between
            growth = math.hypot(1, difference * self.unit / one_seed)
            seeds, examples = self.parts(ALPHA, growth)
            likely = (np.arange(STEPS) + 0.5) / STEPS
            factors = stats.chi2.ppf(likely, self.freedom) / self.freedom if self.freedom else np.ones(1)
            deviation = math.sqrt(growth * (self.between + self.within))
            return np.mean(stats.norm.cdf((difference - np.sqrt(seeds * factors + examples)) / deviation))

        return optimize.brentq(lambda d: power(d) - POWER, 0, 1000, xtol=1e-12)


def differences(metric, arms, gold, unit):
    """arms: an array (arm, seed, example)."""
    count, seeds, examples = arms.shape
    random = JavaRandom(SEED)
    sampled = np.empty((count, seeds, SAMPLES))
    for sample in range(SAMPLES):
        drawn = np.array([random.below(examples) for _ in range(examples)])
        for arm, seed in itertools.product(range(count), range(seeds)):
            sampled[arm, seed, sample] = metric(arms[arm, seed, drawn], gold[drawn])
    whole = np.array([[metric(answers, gold) for answers in arm] for arm in arms])
    # the residual mean square of arms and blocks, twice: the variance of a difference in one block
    residual = whole - whole.mean(0, keepdims=True) - whole.mean(1, keepdims=True) + whole.mean()
    freedom = (count - 1) * (seeds - 1)
    pooled = 2 * (residual**2).sum() / freedom if freedom else 0
    correction = examples / (examples - 1)
    found = []
    for i, j in itertools.combinations(range(count), 2):
        apart = sampled[i] - sampled[j]
        of_mean = apart.mean(0).var(ddof=1) * correction
        value = (whole[i] - whole[j]).mean()
        if seeds == 1:
            found.append((i, j, Difference(value, 1, 0, 0, of_mean, examples, unit)))
            continue
        of_both = max(0, (apart.var(1, ddof=1).mean() * correction - of_mean) / (seeds - 1))
        own = (whole[i] - whole[j]).var(ddof=1)
        found.append(
            (
                i,
                j,
                Difference(
                    value, seeds, max(own / seeds, pooled / seeds, of_both), freedom, max(0, of_mean - of_both), examples, unit
                ),
            )
        )
    return found


def classes(random, count, seeds, examples):
    gold = random.integers(0, 2, examples)
    easy = random.normal(1, 1, examples)
    ability = np.linspace(0, 0.8, count)[:, None, None] + random.normal(0, 0.1, (count, seeds, 1))
    hit = ability + easy + random.normal(0, 0.7, (count, seeds, examples)) > 0
    return np.where(hit, gold, 1 - gold), gold


def scores(random, count, seeds, examples):
    gold = random.integers(0, 11, examples) / 2
    noise = random.normal(0, 1, (count, seeds, examples)) * np.linspace(1.5, 1, count)[:, None, None]
    return np.round(gold + noise + random.normal(0, 0.5, examples), 2), gold


def surprises(random, count, seeds, examples):
    tokens = random.integers(5, 30, examples)
    each = random.normal(2, 0.5, examples) + random.normal(0, 0.1, (count, seeds, examples))
    each = each + random.normal(0, 0.02, (count, seeds, 1))
    return np.round(tokens * each, 3), tokens


def main():
    random = np.random.default_rng(14)
    cases = []
    for name, make, count, seeds, examples in [
        ("accuracy", classes, 3, 3, 60),
        ("accuracy", classes, 2, 1, 90),
        ("f1", classes, 2, 2, 64),
        ("matthews", classes, 4, 5, 50),
        ("spearman", scores, 3, 3, 45),
        ("perplexity", surprises, 2, 4, 40),
    ]:
        arms, gold = make(random, count, seeds, examples)
        unit = 0 if name == "perplexity" else 1 / examples
        cases.append(
            {
                "metric": name,
                "unit": unit,
                "gold": gold.tolist(),
                "arms": arms.tolist(),
                "expected": [
                    {
                        "first": i,
                        "second": j,
                        "value": found.value,
                        "betweenSeeds": found.between,
                        "freedom": found.freedom,
                        "betweenExamples": found.within,
                        "low": found.value - found.reach(0.05),
                        "high": found.value + found.reach(0.05),
                        "ofNoDifference": found.alpha(abs(found.value)),
                        "ofDifferenceBeyond": found.equivalence(),
                        "least": found.least(),
                    }
                    for i, j, found in differences(METRICS[name], arms, gold, unit)
                ],
            }
        )
    content = {"margin": MARGIN, "alpha": ALPHA, "power": POWER, "cases": cases}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
