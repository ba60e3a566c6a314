{{ config(enabled=source_is_on('app')) }}

with source as (
    select * from {{ source('app', 'app_events') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        _file as delivered_file,
        {{ clean_text('event_id') }} as event_id,
        {{ clean_text('event_type') }} as app_event_name,
        case {{ clean_text('event_type') }}
            when 'Screen Viewed' then 'page_viewed'
            when 'Product Viewed' then 'product_viewed'
            when 'Product List Viewed' then 'product_list_viewed'
            when 'Products Searched' then 'products_searched'
            when 'Product Added' then 'product_added'
            when 'Product Removed' then 'product_removed'
            when 'Cart Viewed' then 'cart_viewed'
            when 'Checkout Started' then 'checkout_started'
            when 'Order Completed' then 'order_completed'
            when 'Product Shared' then 'product_shared'
            when 'Product Added to Wishlist' then 'product_added_to_wishlist'
            when 'Product Reviewed' then 'product_reviewed'
            when 'Coupon Applied' then 'coupon_applied'
            when 'Signed In' then 'signed_in'
            when 'Application Opened' then 'app_opened'
            -- A name that is not in the vocabulary passes as it is and is counted.
            else {{ clean_text('event_type') }}
        end as event_name,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('installation_id') }} as anonymous_id,
        {{ country_code('country') }} as country,
        {{ clean_text('os_name') }} as device_os,
        {{ clean_text('sku') }} as product_id,
        {{ clean_text('category') }} as category,
        {{ currency_code('currency') }} as currency,
        {{ clean_text('utm_source') }} as utm_source,
        {{ clean_text('utm_medium') }} as utm_medium,
        {{ clean_text('utm_campaign') }} as utm_campaign,
        -- numbers
        _line as delivered_line,
        {{ to_decimal('revenue') }} as value_amount,
        -- timestamps
        {{ parse_timestamp('event_time') }} as occurred_at,
        {{ parse_timestamp('received_time') }} as received_at
    from source
)

select * from renamed
