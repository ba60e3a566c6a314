{{ config(enabled=source_is_on('foodie_fi')) }}

with source as (
    select * from {{ source('foodie_fi', 'plans') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('plan_id') }} as plan_number,
        {{ clean_text('plan_name') }} as plan,
        -- numbers
        {{ to_decimal('price') }} as amount
    from source
)

select * from renamed
