-- What a basket keeps is good as long as its channel asks: others that ask as much are not promised the same units.

alter table basket_line add column min_life_days int not null default 0
    constraint basket_line_min_life check (min_life_days between 0 and 3650);
