-- steps: leaderships
CREATE TABLE leaderships (token INTEGER PRIMARY KEY, host_id TEXT NOT NULL, taken_at TEXT NOT NULL, restored_from INTEGER, replica_at TEXT, set_aside TEXT NOT NULL, lost_answers TEXT NOT NULL) STRICT;
