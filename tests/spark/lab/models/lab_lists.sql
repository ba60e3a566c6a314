with texts as (
    select * from {{ source('lab', 'texts') }}
)

select
    number % 7 as list_number,
    {{ sorted_json_array('text') }} as all_texts,
    {{ sorted_json_array('text', 'number % 2 = 0') }} as even_texts,
    {{ sorted_json_array('text', 'number < 0') }} as no_texts,
    {{ first_non_null('text', 'number') }} as first_text
from texts
group by number % 7
