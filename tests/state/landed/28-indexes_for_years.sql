-- steps: indexes_for_years
CREATE INDEX deliveries_incomplete ON deliveries (channel)
       WHERE status = 'sent' AND missing <> '[]';
CREATE INDEX digests_by_time ON digests (composed_at, digest_date, told_through);
CREATE INDEX digests_with_charts ON digests (composed_at)
       WHERE instr(page, '"png":') > 0;
CREATE INDEX evaluations_by_time ON evaluations (known_at);
CREATE INDEX transitions_by_time ON transitions (at);
CREATE INDEX vintages_by_time ON vintages (known_at);
CREATE INDEX withheld_unsettled ON withheld (why, settled_at);
