from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from scipy.ndimage import map_coordinates

from ltviz import samplers
from ltviz.core.errors import BadInput
from ltviz.training import augment
from ltviz.training._autoaugment import FILL, OPERATIONS, POLICY, cifar_policy, strength_of
from ltviz.training.replicas import by_replica


def smooth_images(n: int, seed: int) -> np.ndarray:
    """Images like photographs: neighbouring pixels are alike, few values or many."""
    draw = np.random.default_rng(seed)
    small = draw.integers(0, 256, (n, 8, 8, 3), np.uint8)
    big = [np.asarray(Image.fromarray(each).resize((32, 32), Image.Resampling.BICUBIC)) for each in small]
    return np.stack(big)


NOISE = np.random.default_rng(0).integers(0, 256, (30, 32, 32, 3), np.uint8)
FLAT = np.full((2, 32, 32, 3), 77, np.uint8)
COARSE = (NOISE[:4] // 85 * 85).astype(np.uint8)  # four values a channel
IMAGES = np.concatenate([NOISE, smooth_images(60, 1), FLAT, COARSE])


# Basic: equal to brute force ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "border"), [(32, 4), (8, 1), (16, 2), (64, 8), (100, 12)])
def test_basic_is_a_crop_of_the_black_bordered_image_flipped_or_not(side: int, border: int) -> None:
    """The border is an eighth of the image: a large one moves as far as a small one."""
    images = IMAGES if side == 32 else np.random.default_rng(side).integers(1, 256, (20, side, side, 3), np.uint8)
    rows = np.random.default_rng(1).integers(len(images), size=201)
    got = augment.basic(torch.from_numpy(images), rows, epoch=3, seed=5).numpy()
    draw = np.random.default_rng([5, 3, 2])
    top, left = draw.integers(2 * border + 1, size=(2, 201))
    flipped = draw.integers(2, size=201)
    for i, row in enumerate(rows):
        wide = np.pad(images[row], ((border, border), (border, border), (0, 0)))
        crop = wide[top[i] : top[i] + side, left[i] : left[i] + side]
        np.testing.assert_array_equal(got[i], crop[:, ::-1] if flipped[i] else crop)
    assert set(top) == set(left) == set(range(2 * border + 1))
    assert set(flipped) == {0, 1}


def test_a_border_follows_each_side_of_an_image() -> None:
    tall = np.full((1, 64, 16, 3), 255, np.uint8)
    got = augment.basic(torch.from_numpy(tall), np.zeros(400, np.int64), 0, 0).numpy()[..., 0]
    assert (got == 0).all(axis=2).sum(axis=1).max() == 8
    assert (got == 0).all(axis=1).sum(axis=1).max() == 2


@pytest.mark.parametrize(("side", "border"), [(8, 1), (28, 4)])
def test_floating_point_images_move_as_far(side: int, border: int) -> None:
    images = torch.ones(1, 1, side, side)
    got = augment.shifted(images, np.zeros(500, np.int64), 0, 0)[:, 0].round().numpy()
    empty = (got == 0).mean(axis=2) > 0.99
    assert empty.sum(axis=1).max() == border


@pytest.mark.parametrize("shape", [(8, 8), (12, 6)])
def test_turned_is_a_rotation_about_the_middle_and_a_shift(shape: tuple[int, int]) -> None:
    images = torch.rand(3, 2, *shape, generator=torch.Generator().manual_seed(0))
    rows = np.array([2, 0, 2, 1] * 30)
    got = augment.turned(images, rows, epoch=3, seed=5).numpy()
    draw = np.random.default_rng([5, 3, 2])
    angle = np.deg2rad(draw.uniform(-15, 15, 120))
    across, down = draw.uniform(-1, 1, (2, 120)) / 8
    assert np.abs(angle).max() > 0.2
    height, width = shape
    y, x = np.mgrid[:height, :width] + 0.5
    for i in range(0, 120, 7):
        right, below = x - width / 2, y - height / 2
        column = np.cos(angle[i]) * right - np.sin(angle[i]) * below + width / 2 + across[i] * width - 0.5
        row = np.sin(angle[i]) * right + np.cos(angle[i]) * below + height / 2 + down[i] * height - 0.5
        for channel in range(2):
            source = images[rows[i], channel].numpy()
            wanted = map_coordinates(source, [row, column], order=1, mode="grid-constant")
            np.testing.assert_allclose(got[i, channel], wanted, atol=1e-5)


@pytest.mark.parametrize("pixels", [False, True])
def test_only_what_comes_again_in_an_epoch_gets_the_replicas_augmentation(pixels: bool) -> None:
    """What comes once is as the recipe says, so no image of the most frequent class is touched by over-sampling."""
    counts = [6, 3, 1]
    labels = np.repeat(np.arange(3), counts)
    images = torch.from_numpy(IMAGES[:10]) if pixels else torch.rand(10, 1, 8, 8)
    rows = samplers.make("over", labels, counts, seed=1).indices(0, 2)
    own = by_replica("none", "varied", pixels=pixels)
    got, plain = own(images, rows, 1, 7), images[torch.from_numpy(rows)]
    same = (got == plain).flatten(1).all(dim=1).numpy()
    first = np.array([row not in rows[:i] for i, row in enumerate(rows)])
    assert same[first].all()
    assert not same[~first].all()
    assert (labels[rows][~first] > 0).all()
    assert first.sum() == 10
    wanted = (augment.AUGMENTATIONS if pixels else augment.OF_FLOATS)["varied"]
    seed = int(np.random.SeedSequence([7, 8, 1]).generate_state(1)[0])
    assert torch.equal(got[torch.from_numpy(~first)], wanted(images, rows[~first], 1, seed))
    once = np.arange(10)
    assert torch.equal(own(images, once, 1, 7), images), "nothing comes again"
    with pytest.raises(BadInput, match="augmentation"):
        by_replica("none", "shift" if pixels else "basic", pixels=pixels)


def test_epoch_and_seed_decide_and_rows_that_come_twice_differ() -> None:
    images, rows = torch.from_numpy(IMAGES), np.zeros(64, np.int64)
    for augmentation in (augment.basic, augment.strong):
        first = augmentation(images, rows, 0, 0)
        assert torch.equal(first, augmentation(images, rows, 0, 0))
        assert not torch.equal(first, augmentation(images, rows, 1, 0))
        assert not torch.equal(first, augmentation(images, rows, 0, 1))
        assert len(first.unique(dim=0)) > 32
        assert torch.equal(images, torch.from_numpy(IMAGES))


def test_none_gathers() -> None:
    got = augment.none(torch.from_numpy(IMAGES), np.array([3, 3, 1]), 0, 0)
    np.testing.assert_array_equal(got.numpy(), IMAGES[[3, 3, 1]])


@pytest.mark.parametrize("name", sorted(augment.AUGMENTATIONS))
def test_images_that_are_no_pixels_are_refused(name: str) -> None:
    for wrong in (torch.zeros(2, 32, 32, 3), torch.zeros(2, 3, 32, 32, dtype=torch.uint8), torch.zeros(4, 4)):
        with pytest.raises(BadInput, match=r"uint8 \(N, height, width, 3\)"):
            augment.AUGMENTATIONS[name](wrong, np.array([0]), 0, 0)


def test_no_global_random_state_moves() -> None:
    before = torch.get_rng_state().numpy().tobytes(), np.random.get_state()[1].tobytes(), random.getstate()  # noqa: NPY002
    augment.strong(torch.from_numpy(IMAGES), np.arange(20), 0, 0)
    after = torch.get_rng_state().numpy().tobytes(), np.random.get_state()[1].tobytes(), random.getstate()  # noqa: NPY002
    assert after == before


# Strong: equal to Pillow within rounding ----------------------------------------------------------------------------


def with_pillow(name: str, image: Image.Image, strength: float) -> Image.Image:
    """What the papers' code does, in its words."""
    affine, grey = Image.Transform.AFFINE, (FILL,) * 3
    width, height = image.size
    if name == "rotate":
        turned = image.convert("RGBA").rotate(strength)
        return Image.composite(turned, Image.new("RGBA", turned.size, (FILL,) * 4), turned).convert("RGB")
    if name == "translate_x":
        return image.transform(image.size, affine, (1, 0, strength * width, 0, 1, 0), fillcolor=grey)
    if name == "translate_y":
        return image.transform(image.size, affine, (1, 0, 0, 0, 1, strength * height), fillcolor=grey)
    if name == "shear_y":
        cubic = Image.Resampling.BICUBIC
        return image.transform(image.size, affine, (1, 0, 0, strength, 1, 0), cubic, fillcolor=grey)
    enhancers = {
        "color": ImageEnhance.Color,
        "contrast": ImageEnhance.Contrast,
        "brightness": ImageEnhance.Brightness,
        "sharpness": ImageEnhance.Sharpness,
    }
    if name in enhancers:
        return enhancers[name](image).enhance(strength)
    if name == "posterize":
        return ImageOps.posterize(image, int(strength))
    if name == "solarize":
        return ImageOps.solarize(image, strength)  # type: ignore[arg-type]
    return {"invert": ImageOps.invert, "equalize": ImageOps.equalize, "autocontrast": ImageOps.autocontrast}[name](
        image
    )


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_each_operation_is_pillows_within_rounding(name: str) -> None:
    """At every strength that a level and a sign come to."""
    exact = total = 0
    levels, signs = np.tile(np.arange(10), 2), np.repeat([-1.0, 1.0], 10)
    for strength in np.unique(strength_of(name, levels, signs)):
        given = torch.full((len(IMAGES),), strength, dtype=torch.float64)
        got = OPERATIONS[name][0](torch.from_numpy(IMAGES), given).numpy()
        assert got.dtype == np.uint8
        wanted = np.stack([np.asarray(with_pillow(name, Image.fromarray(x), float(strength))) for x in IMAGES])
        gap = np.abs(got.astype(int) - wanted)
        assert gap.max() <= 1, (strength, gap.max())
        exact, total = exact + int((gap == 0).sum()), total + gap.size
    assert exact >= 0.999 * total


def test_strengths_are_those_of_the_code() -> None:
    one = np.array([1.0])
    assert strength_of("posterize", np.arange(10), np.ones(10)).tolist() == [8, 8, 7, 7, 6, 6, 5, 5, 4, 4]
    assert strength_of("solarize", np.array([2]), one) == pytest.approx(256 - 2 * 256 / 9)
    assert strength_of("color", np.array([9]), -one) == pytest.approx(0.1)
    assert strength_of("translate_y", np.array([9]), -one) == pytest.approx(-150 / 331)
    assert strength_of("rotate", np.array([2]), -one) == pytest.approx(60 / 9)


def test_the_policy_is_the_papers_drawn_per_image() -> None:
    """Each image meets its own pair, one operation after the other, as Pillow would do them one by one."""
    assert len(POLICY) == 25
    draw = np.random.default_rng(7)
    images = IMAGES[np.arange(500) % len(IMAGES)]
    pair, met = draw.integers(25, size=500), draw.random((2, 500))
    sign = draw.choice([-1.0, 1.0], size=(2, 500))
    got = cifar_policy(torch.from_numpy(images.copy()), np.random.default_rng(7)).numpy()
    far = 0
    for i, image in enumerate(images):
        one = Image.fromarray(image)
        for half, (name, chance, level) in enumerate(POLICY[pair[i]]):
            if met[half, i] < chance:
                one = with_pillow(name, one, float(strength_of(name, np.array(level), sign[half, i])))
        far += int((np.abs(np.asarray(one).astype(int) - got[i]) > 1).sum())
    # A value that rounds the other way may cross a threshold of the second operation.
    assert far <= 1e-4 * got.size


@pytest.mark.parametrize(("side", "before", "after"), [(32, 8, 8), (8, 2, 2), (64, 16, 16), (18, 4, 5)])
def test_cutout_is_one_black_square_cut_at_the_border(side: int, before: int, after: int) -> None:
    """Its side is half of the image's."""
    white = torch.full((200, side, side, 3), 255, dtype=torch.uint8)
    got = augment.cutout(white, np.random.default_rng(3)).numpy()
    draw = np.random.default_rng(3)
    rows, columns = draw.integers(side, size=200), draw.integers(side, size=200)
    for i in range(200):
        wanted = np.full((side, side, 3), 255, np.uint8)
        y, x = rows[i], columns[i]
        wanted[max(y - before, 0) : y + after, max(x - before, 0) : x + after] = 0
        np.testing.assert_array_equal(got[i], wanted)


def test_smoothing_is_the_filter_of_pillow() -> None:
    """Sharpness at 0 is Pillow's SMOOTH itself."""
    got = OPERATIONS["sharpness"][0](torch.from_numpy(IMAGES[:5]), torch.zeros(5, dtype=torch.float64)).numpy()
    wanted = np.stack([np.asarray(Image.fromarray(x).filter(ImageFilter.SMOOTH)) for x in IMAGES[:5]])
    np.testing.assert_array_equal(got, wanted)
