{{ config(enabled=source_is_on('clique_bait')) }}

with events as (
    select * from {{ ref('stg_clique_bait__events') }}
),

event_names as (
    select * from {{ ref('stg_clique_bait__event_identifier') }}
),

pages as (
    select * from {{ ref('stg_clique_bait__page_hierarchy') }}
)

select
    events.visit_id || ':' || cast(events.sequence_number as {{ dbt.type_string() }}) as event_id,
    events.occurred_at,
    events.sequence_number,
    case event_names.source_event_name
        when 'Page View'
            then case when pages.product_id is null then 'page_viewed' else 'product_viewed' end
        when 'Add to Cart' then 'product_added'
        when 'Purchase' then 'order_completed'
        when 'Ad Impression' then 'promotion_viewed'
        when 'Ad Click' then 'promotion_clicked'
        -- An unknown name passes as it is and is counted; an unknown code keeps its number.
        else coalesce(event_names.source_event_name, 'event_type_' || events.event_type)
    end as event_name,
    events.cookie_id as anonymous_id,
    events.visit_id as session_id,
    'web' as platform,
    pages.page_name as page_path,
    pages.product_id,
    pages.category,
    events.delivered_file,
    events.delivered_line
from events
left join event_names
    on events.event_type = event_names.event_type
left join pages
    on events.page_id = pages.page_id
