{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('messages') }}
)

select * from delivered
