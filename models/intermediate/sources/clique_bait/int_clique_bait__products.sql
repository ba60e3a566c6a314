{{ config(enabled=source_is_on('clique_bait')) }}

with pages as (
    select * from {{ ref('stg_clique_bait__page_hierarchy') }}
)

select
    product_id,
    page_name as name,
    category
from pages
where product_id is not null
