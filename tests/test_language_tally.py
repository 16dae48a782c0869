# Cases that share a scene or a wording count as fewer independent draws.
from gap_core.language.tally import ClusterTally
from gap_core.scoring.shares import share_of


def test_clusters_that_agree_within_widen_the_interval() -> None:
    tally = ClusterTally()
    for cluster in range(10):
        for _ in range(6):
            tally.add(cluster, is_hit=cluster < 8)
    share, naive = tally.share, share_of(48, 60)
    assert (share.hits, share.n, share.mean) == (48, 60, 0.8)
    assert share.low < naive.low and share.high > naive.high


def test_nothing_counted_is_not_measured() -> None:
    assert ClusterTally().share.mean is None
