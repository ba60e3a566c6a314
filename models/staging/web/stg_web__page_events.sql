{{ config(enabled=source_is_on('web')) }}

with source as (
    select * from {{ source('web', 'page_events') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        _file as delivered_file,
        {{ clean_text('event_id') }} as event_id,
        {{ clean_text('event') }} as tracker_event_name,
        case {{ clean_text('event') }}
            when 'page_view' then 'page_viewed'
            when 'view_item' then 'product_viewed'
            when 'view_item_list' then 'product_list_viewed'
            when 'search' then 'products_searched'
            when 'add_to_cart' then 'product_added'
            when 'remove_from_cart' then 'product_removed'
            when 'view_cart' then 'cart_viewed'
            when 'begin_checkout' then 'checkout_started'
            when 'purchase' then 'order_completed'
            when 'share' then 'product_shared'
            when 'add_to_wishlist' then 'product_added_to_wishlist'
            when 'submit_review' then 'product_reviewed'
            when 'apply_coupon' then 'coupon_applied'
            when 'sign_up' then 'signed_up'
            when 'login' then 'signed_in'
            -- A name that is not in the vocabulary passes as it is and is counted.
            else {{ clean_text('event') }}
        end as event_name,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('visitor_id') }} as anonymous_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('session_id') }} as session_id,
        {{ clean_text('utm_source') }} as utm_source,
        {{ clean_text('utm_medium') }} as utm_medium,
        {{ clean_text('utm_campaign') }} as utm_campaign,
        {{ country_code('country') }} as country,
        {{ clean_text('city') }} as city,
        {{ clean_text('os') }} as device_os,
        {{ clean_text('path') }} as page_path,
        {{ clean_text('sku') }} as product_id,
        {{ clean_text('category') }} as category,
        {{ currency_code('currency') }} as currency,
        {{ clean_text('properties') }} as properties,
        -- numbers
        _line as delivered_line,
        {{ to_decimal('value') }} as value_amount,
        -- timestamps
        {{ parse_timestamp('ts') }} as occurred_at,
        {{ parse_timestamp('received_at') }} as received_at
    from source
)

select * from renamed
