# 搜索
search-title = 搜索
search-covers = 按编号、内容、答复和备注、反映人、客户、相关方、工程、协议、联席会议、配套文件和地点的名称或代码、人员姓名或工号查找；只显示您有权看的。
search-group-matters = 事项
search-group-connections = 用电申请
search-group-visits = 走访
search-group-registers = 相关方、工程、协议、联席会议与配套文件
search-group-places = 地点
search-group-people = 人员
search-total = 共 { $n } 件
search-more = 查看更多
search-all-groups = 返回全部结果
search-none = 没有找到。换一个词，或者输入编号、姓名、电话的全部试试。
