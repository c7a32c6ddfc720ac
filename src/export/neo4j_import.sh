#!/bin/sh
# Imports the tables beside this file into a new database of Neo4j 5: sh import.sh [DATABASE]
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
exec neo4j-admin database import full "${1:-neo4j}" \
    --nodes="$here/entities.csv" \
    --nodes="$here/events.csv" \
    --nodes="$here/articles.csv" \
    --nodes="$here/values.csv" \
    --relationships="$here/participations.csv" \
    --relationships="$here/reports.csv" \
    --relationships="$here/relations.csv"
