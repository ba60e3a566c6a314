{% macro traits_together(declared, size=32) %}
    {#- Traits in lists of at most so many, those of the same moments beside each other: a group by
        of hundreds of aggregates takes longer than several of dozens, of the fewer customers who
        did any of it. -#}
    {%- set keyed = [] -%}
    {%- for trait in declared -%}
        {%- do keyed.append(dict(trait, names=trait_names(trait))) -%}
    {%- endfor -%}
    {{ return(keyed | sort(attribute='names') | batch(size) | list) }}
{% endmacro %}
