"""The generator PCG64 and its seeding, written out with whole numbers of Python."""

from collections.abc import Iterator

W32, W64, W128 = 2**32, 2**64, 2**128
MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645  # PCG_DEFAULT_MULTIPLIER_128 of pcg-cpp


def seed_words(seed: int, key: int, count: int) -> list[int]:
    """The 32-bit words of O'Neill's seed_seq_fe as numpy's SeedSequence describes it."""
    entropy = [seed % W32, seed // W32, 0, 0, key]
    constant = 0x43B0D7E5

    def hashed(value: int) -> int:
        nonlocal constant
        value ^= constant
        constant = constant * 0x931E8875 % W32
        value = value * constant % W32
        return value ^ value >> 16

    def mixed(x: int, y: int) -> int:
        value = (0xCA01F9DD * x - 0x4973F715 * y) % W32
        return value ^ value >> 16

    pool = [hashed(word) for word in entropy[:4]]
    for source in range(4):
        for target in range(4):
            if source != target:
                pool[target] = mixed(pool[target], hashed(pool[source]))
    for word in entropy[4:]:
        for target in range(4):
            pool[target] = mixed(pool[target], hashed(word))
    words, constant = [], 0x8B51F9DD
    for i in range(count):
        value = pool[i % 4] ^ constant
        constant = constant * 0x58F38DED % W32
        value = value * constant % W32
        words.append(value ^ value >> 16)
    return words


def pcg64(seed: int, key: int) -> Iterator[int]:
    """pcg_setseq_128_xsl_rr_64: a linear congruential step, then halves xored and rotated."""
    words = seed_words(seed, key, 8)
    longs = [words[i] + W32 * words[i + 1] for i in range(0, 8, 2)]
    increment = (2 * (longs[2] * W64 + longs[3]) + 1) % W128
    state = (increment + longs[0] * W64 + longs[1]) % W128
    state = (state * MULTIPLIER + increment) % W128
    while True:
        state = (state * MULTIPLIER + increment) % W128
        halves, turn = state // W64 ^ state % W64, state >> 122
        yield (halves >> turn | halves << (64 - turn)) % W64


def uniforms(seed: int, key: int) -> Iterator[float]:
    """Odd multiples of 2^-53 from the upper 52 bits."""
    for bits in pcg64(seed, key):
        yield (2 * (bits >> 12) + 1) / 2**53
