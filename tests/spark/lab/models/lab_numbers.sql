with times as (
    select * from {{ source('lab', 'times') }}
)

select
    number,
    {{ each_number(0, 'number % 3') }} as each_number
from times
