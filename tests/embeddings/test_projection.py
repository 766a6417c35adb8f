"""Claims of the maps."""

import numpy as np

from arcsweep.embeddings.projection import neighbours_kept, project


def clusters(n: int, dimensions: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(3, dimensions)) * 8
    return np.concatenate([centre + rng.normal(size=(n, dimensions)) for centre in centres])


def test_a_map_keeps_groups_apart_and_says_how_many_neighbours_it_kept() -> None:
    found = project(clusters(20, 30))
    assert found.places.min() == 0 and found.places.max() == 1
    assert found.kept is not None and 0.5 < found.kept <= 1
    group = np.repeat(np.arange(3), 20)
    inside = np.linalg.norm(found.places[:, None] - found.places[None], axis=2)
    np.fill_diagonal(inside, np.inf)
    assert np.mean(group[inside.argmin(axis=1)] == group) > 0.95


def test_equal_vectors_give_equal_maps() -> None:
    first, again = project(clusters(20, 30)), project(clusters(20, 30))
    assert np.array_equal(first.places, again.places)


def test_few_or_equal_tasks_are_drawn_without_neighbourhoods() -> None:
    for vectors in (np.ones((1, 5)), clusters(2, 4), np.ones((40, 3))):
        found = project(vectors)
        assert found.places.shape == (len(vectors), 2)
        assert np.isfinite(found.places).all()
        assert found.method == "principal components"


def test_neighbours_kept_is_one_for_the_same_points_and_low_for_shuffled_ones() -> None:
    points = np.random.default_rng(1).normal(size=(80, 2))
    assert neighbours_kept(points, points) == 1
    shuffled = np.random.default_rng(2).permutation(points)
    kept = neighbours_kept(points, shuffled)
    assert kept is not None and kept < 0.3
