{% macro marked_moments(declared) %}
    {#- The moments that each trait is about, trait by trait, with what they are to it: a `first`, a
        `second` or both. Those of a trait about one product or category have it as same_key. -#}
    {%- for trait in declared %}
    {%- set first = trait.first or trait %}
    {%- set second = trait.then or trait.again or trait.first %}
    {%- set are_two = second and second.of != first.of %}
    select
        '{{ trait.name }}' as trait,
        customer_id,
        {{ told_apart_by(trait.same) if trait.same else "''" }} as same_key,
        occurred_at,
        source,
        sequence_number,
        moment_id,
        moment,
        value_amount,
        {{ is_moment(first.of if are_two, first.where) }} as is_first,
        {{ is_moment(second.of if are_two, second.where) if second else 'false' }} as is_second
    from moments
    where
        (
            {{ is_moment(first.of) }}
            {% if are_two %}or {{ is_moment(second.of) }}{% endif %}
        )
        and {{ in_trait_window(trait.window) }}
        {%- if trait.same %}
        and {{ told_apart_by(trait.same) }} is not null
        {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- else %}
    -- Nothing, where no trait is declared.
    select
        '' as trait, customer_id, '' as same_key, occurred_at, source, sequence_number, moment_id,
        moment, value_amount, false as is_first, false as is_second
    from moments
    where false
    {%- endfor %}
{% endmacro %}
