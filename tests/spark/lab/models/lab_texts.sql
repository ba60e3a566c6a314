with texts as (
    select * from {{ source('lab', 'texts') }}
)

select
    number,
    {{ clean_text('text') }} as cleaned,
    {{ normalised_identifier('email', 'text') }} as email,
    {{ normalised_identifier('user_id', 'text') }} as user_id,
    {{ phone_number('text', "'GB'") }} as phone,
    {{ even_split("'[\"1 2\",\"2 3\"]'") }} as split,
    {{ remove_all('text', '\\.0$') }} as without_fraction,
    {{ matches('text', "'(?i)^(null|[0-9.]+)$'") }} as is_matched,
    {{ plain_name('text') }} as plain_name,
    {{ sha256_hex('text') }} as text_hash,
    {{ to_bigint('text') }} as as_bigint,
    {{ to_decimal('text') }} as as_decimal,
    {{ to_boolean('text') }} as as_boolean,
    {{ parse_date('text') }} as as_date,
    {{ parse_timestamp('text') }} as as_timestamp,
    -- Only one of the files has it.
    {{ last_non_null('case when number % 3 = 0 then note end') }} over (order by number)
        as last_note,
    note
from texts
