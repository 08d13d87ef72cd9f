drop table date_exceptions;
