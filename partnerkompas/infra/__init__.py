"""The ground everything stands on: database, clock, language, web; knows nothing about partners."""
