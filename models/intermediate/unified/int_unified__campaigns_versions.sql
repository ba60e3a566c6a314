{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('campaigns') }}
)

select * from delivered
