{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('events') }}
)

select * from delivered
