-- Dated orders and upgrades that the files of these runs named.
CREATE TABLE event (
  day TEXT NOT NULL,                   -- ISO 8601
  name TEXT NOT NULL,
  PRIMARY KEY (day, name)
);
