drop table leaves;
