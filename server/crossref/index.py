"""An inverted index of profiles: one text against all, without a look at all pairs."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .space import Profile


@dataclass(frozen=True)
class Shares:
    """What each feature counts for in a score.

    Args:
        words, concepts, topics: of the cosine of each.
        embedding: of the cosine of the embeddings; 0 where there are none.
        bias: the logit of two texts that share nothing.
    """

    bias: float
    words: float
    concepts: float
    topics: float
    embedding: float = 0.0

    def of(self, profile: Profile) -> dict[str, float]:
        """One vector whose product with another profile's unit vectors is the weighted sum."""
        return {
            name + key: share * weight
            for name, share, vector in (
                ("w:", self.words, profile.words),
                ("c:", self.concepts, profile.concepts),
                ("t:", self.topics, profile.topics),
            )
            for key, weight in vector.items()
        }


@dataclass(frozen=True)
class _Postings:
    places: "array[int]"
    weights: "array[float]"


class Index:
    """Profiles by what is in them.

    Args:
        profiles: the place of each is its number in every answer.
    """

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.size = len(profiles)
        self._postings: dict[str, _Postings] = {}
        for place, profile in enumerate(profiles):
            for name, weight in Shares(0, 1, 1, 1).of(profile).items():
                found = self._postings.get(name)
                if found is None:
                    found = self._postings[name] = _Postings(array("L"), array("d"))
                found.places.append(place)
                found.weights.append(weight)

    def sums(self, weights: Mapping[str, float]) -> list[float]:
        """The weighted sum for every profile, by place; 0 where nothing is shared.

        Args:
            weights: as `Shares.of` gives them.
        """
        found = [0.0] * self.size
        # Always in the same order, so that rounding errors are the same in every process.
        for name in sorted(weights):
            postings = self._postings.get(name)
            if postings is not None:
                weight = weights[name]
                for place, other in zip(postings.places, postings.weights, strict=True):
                    found[place] += weight * other
        return found
