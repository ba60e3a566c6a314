{{ config(materialized='ephemeral') }}

with delivered as (
    {{ union_sources('subscriptions') }}
)

select * from delivered
