{{ config(enabled=source_is_on('fake_people')) }}

with source as (
    select * from {{ source('fake_people', 'people') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('unique_id') }} as unique_id,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('surname') }} as last_name,
        {{ clean_text('city') }} as city,
        {{ clean_text('email') }} as email,
        -- dates
        {{ parse_date('dob') }} as birth_date
    from source
)

select * from renamed
